import {
  ActivityCancellationType,
  ApplicationFailure,
  isCancellation,
  log,
  patched,
  scheduleActivity,
  workflowInfo,
} from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { AwsActivities, HostActivities } from '../activities/index.js';
import type { FailureType } from '../domain/failures.js';
import { hostQueue } from '../domain/ids.js';
import {
  aliveBeat,
  awsAttemptMs,
  awsRetry,
  discoverAttemptMs,
  drainingLook,
  healthyLook,
  hostPatienceMs,
  hostReturnMs,
  imdsRetry,
  lookBoundMs,
  startupSettlesMs,
  tunnelLook,
} from '../domain/timings.js';
import type { RetryShape } from '../domain/timings.js';
import { timeoutIn } from './failure.js';
import { tell } from './measures.js';

type Activities = AwsActivities & HostActivities;
type Shape = ActivityOptions & { readonly summary: string };

/** A call or two to AWS or IMDS: short attempts, retried within the budget. */
const call = (summary: string, retry: RetryShape): Shape => ({
  summary,
  startToCloseTimeout: awsAttemptMs,
  scheduleToCloseTimeout: retry.budgetMs,
  retry: { initialInterval: retry.initialMs, maximumInterval: retry.maximumMs, backoffCoefficient: 2 },
});

/** Looks at something again and again within a window of its own; the heartbeat carries its memory to whoever takes over. */
const look = (summary: string, heartbeatMs: number): Shape => ({
  summary,
  heartbeatTimeout: heartbeatMs,
  // At once: what is tried again here is a look whose worker died. A look that fails is remembered, and followed by another.
  retry: { initialInterval: 200, maximumInterval: 1_000, backoffCoefficient: 2 },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** Says while it works that it is alive: where several requests or somebody else take their time, or where every second counts. */
const alive = (summary: string, attemptMs: number, budgetMs: number): Shape => ({
  ...call(summary, awsRetry),
  startToCloseTimeout: attemptMs,
  scheduleToCloseTimeout: budgetMs,
  heartbeatTimeout: aliveBeat.heartbeatMs,
});

/** One row for each activity that needs only AWS: its line in the Web UI, its timeouts, its retries. */
const awsSteps: Record<keyof AwsActivities, Shape> = {
  discoverTargetGroup: alive('find the one GENEVE target group of the cluster', discoverAttemptMs, awsRetry.budgetMs),
  // An undo must come after the call's effect, so a cancellation waits for the attempt in flight.
  registerTarget: {
    ...call('register the target', awsRetry),
    scheduleToCloseTimeout: hostReturnMs + awsRetry.budgetMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  },
  confirmHealthy: look('look until the target is healthy', healthyLook.heartbeatMs),
  listPeers: call("list the cluster's other running instances", awsRetry),
  locateTarget: alive(
    'end a running startup, then look the registration up',
    startupSettlesMs,
    startupSettlesMs + awsRetry.budgetMs,
  ),
  deregisterTarget: alive('health endpoint 503, then deregister the target', awsAttemptMs, awsRetry.budgetMs),
  confirmDraining: look('look every 2 s until AWS reports draining', drainingLook.heartbeatMs),
};

/** The same for those that need the machine. */
const hostSteps: Record<keyof HostActivities, Shape> = {
  readMetadata: {
    ...call('ask the instance metadata service who this is', imdsRetry),
    scheduleToCloseTimeout: hostReturnMs + imdsRetry.budgetMs,
  },
  findTunnel: look('look for the interface that receives GENEVE', tunnelLook.heartbeatMs),
  writeControllerConfig: {
    ...call('write the controller config', awsRetry),
    scheduleToCloseTimeout: hostReturnMs + awsRetry.budgetMs,
  },
};

/** Where the host fails at this one, the fleet tries too, whatever the reason: another role, another network path (I3). */
const mustHappen: keyof AwsActivities = 'deregisterTarget';

/** The host does this one itself, or nobody does: nobody else answers its health checks, or knows that it has left (I5). */
const itselfOnly: keyof AwsActivities = 'registerTarget';

/** The steps of one instance's life, each placed on its queue. `windowMs` in an input bounds a step that looks. */
export function stepsOf(instanceId: string): Activities {
  const fleet = workflowInfo().taskQueue;
  const host = hostQueue(fleet, instanceId);
  let hostLost = false;

  const perform = (name: string, shape: Shape, input: unknown, placed: ActivityOptions): Promise<unknown> =>
    scheduleActivity(name, [input], { ...shape, ...windowOf(input), ...placed });

  /** Host first: its own role, its own network path. The fleet takes over, for good, when the host does not take a task. */
  const hostFirst = (name: string, shape: Shape) => async (input: unknown) => {
    let resumed: unknown;
    if (!hostLost) {
      try {
        return await perform(name, shape, input, { taskQueue: host, scheduleToStartTimeout: hostPatienceMs });
      } catch (error) {
        if (!nobodyTook(error) && (name !== mustHappen || isCancellation(error))) throw error;
        hostLost = true;
        resumed = lastWordsOf(error);
        tell.fleetTookOver(name);
        log.warn('the host did not do the step, the fleet goes on', { step: name });
      }
    }
    return perform(name, shape, resumed === undefined ? input : { ...(input as object), resumed }, {
      taskQueue: fleet,
    });
  };

  const hostOnly = (name: string, shape: Shape) => async (input: unknown) => {
    try {
      return await perform(name, shape, input, { taskQueue: host, scheduleToStartTimeout: hostReturnMs });
    } catch (error) {
      if (!nobodyTook(error)) throw error;
      if (name === itselfOnly && !patched('register-on-the-host')) {
        hostLost = true;
        return perform(name, shape, input, { taskQueue: fleet });
      }
      const message = `${name}: no agent on ${instanceId} took the task within ${hostReturnMs / 1_000} s, expected one on queue ${host}; start the agent there`;
      throw ApplicationFailure.nonRetryable(message, 'HostLost' satisfies FailureType);
    }
  };

  const place = (steps: Record<string, Shape>, on: typeof hostFirst) =>
    Object.fromEntries(Object.entries(steps).map(([name, shape]) => [name, on(name, shape)]));
  const itself = { [itselfOnly]: awsSteps[itselfOnly], ...hostSteps };
  return { ...place(awsSteps, hostFirst), ...place(itself, hostOnly) } as unknown as Activities;
}

function windowOf(input: unknown): ActivityOptions {
  const windowMs = (input as { windowMs?: number } | undefined)?.windowMs;
  return windowMs === undefined ? {} : { scheduleToCloseTimeout: lookBoundMs(windowMs) };
}

const nobodyTook = (error: unknown): boolean => timeoutIn(error)?.timeoutType === 'SCHEDULE_TO_START';

/** What the host had put down with its last heartbeat, so that the fleet goes on where it was. */
const lastWordsOf = (error: unknown): unknown => timeoutIn(error)?.lastHeartbeatDetails;
