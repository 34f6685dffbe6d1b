/** Every duration and retry shape, named once, in milliseconds unless the name says otherwise. */

export interface RetryShape {
  readonly initialMs: number;
  readonly maximumMs: number;
  /** From first schedule to last reply, retries included. */
  readonly budgetMs: number;
}

const second = 1_000;
const minute = 60 * second;

/** Source: the specification, "1s-10s intervals, max 1min elapsed" for the instance metadata service. */
export const imdsRetry: RetryShape = { initialMs: second, maximumMs: 10 * second, budgetMs: minute };

/** Source: the specification, "1s-30s intervals, max elapsed time: 2min" for ELBv2, tagging and EC2 calls. */
export const awsRetry: RetryShape = { initialMs: second, maximumMs: 30 * second, budgetMs: 2 * minute };

/**
 * The longest that a throttled call waits for its next attempt. Ours, within the specification's intervals: a fleet of 300 that
 * registers at once has 20 + 4/s tokens, which is 70 s; with 30 s the last ones sit out tokens that nobody takes, and need 83 s,
 * with this 75 s (simulated).
 */
export const throttledMaximumMs = 12 * second;

/** One AWS request, from connect to last byte. Ours: ELBv2 answers in well under a second; a silent peer must not eat the budget. */
export const awsRequestMs = 5 * second;

/** One attempt of an activity that makes a few AWS requests. Also how long a host that died with a task in hand holds the flow up. */
export const awsAttemptMs = 10 * second;

/** Discover is a search, a description and a look, one after the other: an AWS that takes nearly its time for each must not make it fail. Ours. */
export const discoverAttemptMs = 3 * awsRequestMs + 5 * second;

/**
 * A step that must not be held up by a dead host, or that may take long, says while it works that it is alive: its host's death
 * shows after this, not after all of its time. Ours.
 */
export const aliveBeat = { everyMs: second, heartbeatMs: 5 * second };

/** One IMDS request. Past its hop limit the service stays silent instead of refusing, so this must be short. Source: EC2 user guide, hop limit. */
export const imdsRequestMs = second;

/** IMDS tokens live as long as the service allows. Source: EC2 user guide, 1 to 21,600 seconds. */
export const imdsTokenSeconds = 21_600;

/** How long a task waits for its host before the fleet takes over. Ours: an agent that lives polls within milliseconds. */
export const hostPatienceMs = 5 * second;

/** How long a step that only this host can do waits for its agent, say while systemd starts it again. Ours. */
export const hostReturnMs = minute;

/** From registration to `healthy`. Ours: AWS says registration may take minutes, then 5 checks of 10 s. */
export const healthyWindowMs = 5 * minute;

/**
 * Silent until 80 % of the heartbeat timeout, a minute: what a health check with AWS's defaults, 5 times 10 s, is over by, so that it
 * costs no heartbeat. A host that is gone for good is noticed that late; its target gets no flows meanwhile. An agent that is
 * started again does not wait for it (`temporal/left-behind.ts`).
 */
export const healthyLook = { firstMs: second, maximumMs: 5 * second, heartbeatMs: 75 * second };

/** Source: the specification, "error if not found after 60s retry window". */
export const tunnelWindowMs = minute;
export const tunnelLook = { firstMs: second, maximumMs: second, heartbeatMs: 6 * second };

/** Source: the specification, "poll DescribeTargetHealth every 2 seconds", "30s timeout". */
export const drainingWindowMs = 30 * second;
export const drainingLook = { firstMs: 2 * second, maximumMs: 2 * second, heartbeatMs: aliveBeat.heartbeatMs };

/** How long EC2 may say of an instance just launched that there is none. Ours: EC2 user guide, "Eventual consistency", advises to ask again for minutes. */
export const instanceAppearsMs = minute;

/** How long to wait for an instance's state where nobody says. Ours: a launch or a stop takes a minute or two. */
export const instanceStateWindowMs = 5 * minute;
export const instanceStateLook = { firstMs: second, maximumMs: 5 * second, heartbeatMs: 15 * second };

/** How long a remote command may run where nobody says. Ours. */
export const commandTimeoutMs = minute;
export const commandLook = { firstMs: 500, maximumMs: 2 * second, heartbeatMs: 15 * second };

/** Longest run of a remote command. Source: Systems Manager user guide, `executionTimeout` of AWS-RunShellScript: 1 to 172,800 seconds. */
export const commandLongestSeconds = 172_800;

/** Shortest delivery timeout. Source: SSM API reference, SendCommand, TimeoutSeconds: 30 to 2,592,000. */
export const commandDeliverySeconds = 30;

/** How long Systems Manager may not list a command that it has taken: InvocationDoesNotExist, or missing from ListCommands. Ours: seconds have been reported. */
export const commandAppearsMs = 15 * second;

/** How long to wait for an iperf3 server where nobody says, and for one check whether it listens. Ours. */
export const iperf3WindowMs = 2 * minute;
export const iperf3CheckMs = 20 * second;
export const iperf3Look = { firstMs: second, maximumMs: 5 * second, heartbeatMs: 15 * second };

/** All of a verification where nobody says. Ours: a healthy fleet takes seconds, one that just started some minutes. */
export const verifyWindowMs = 15 * minute;

/** How long flows may finish once draining is confirmed. Ours, as the specification has it; AWS's own delay defaults to 300 s. */
export const drainPeriodSeconds = 60;

/** Source: ELBv2 API reference, TargetGroupAttribute `deregistration_delay.timeout_seconds`: default 300, range 0 to 3600. */
export const deregistrationDelayDefaultSeconds = 300;
export const deregistrationDelayMaximumSeconds = 3_600;

/** How long a shutdown waits for a startup that it cancelled to undo its registration. Ours: the undo's own budget and one host's patience. */
export const startupSettlesMs = awsRetry.budgetMs + awsAttemptMs + hostPatienceMs;

/** Room for the workflow tasks between the steps, on a slow day of the Temporal service. Ours. */
export const slackMs = 2 * minute;

/** What a look or a deregistration may cost beyond its own window: one host that dies with the task in hand, and the change to the fleet. */
export const hostLossMs = awsAttemptMs + hostPatienceMs;

/** A worker that dies with a workflow task in hand holds the life up this long. Ours; Temporal's default is 10 s, a task takes milliseconds. */
export const workflowTaskMs = 3 * second;

/** How much of its heartbeat timeout a step may stay silent for: the worker sends heartbeats that far apart, too. Source: Temporal's SDKs. */
export const silentShare = 0.8;

/** Looking ends by itself when its window has passed; Temporal's own bound stands behind it, for hosts that die and workers that hang (I7). */
export const lookBoundMs = (windowMs: number): number => windowMs + 2 * hostLossMs + hostReturnMs;

/** A collector that is gone or slow may hold up the end of a process this long. */
export const farewellMs = 2 * second;
