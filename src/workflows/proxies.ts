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
import type { AwsActivities, HostActivities } from '../activities/contract.js';
import type { FailureType } from '../domain/failures.js';
import { hostQueue } from '../domain/ids.js';
import {
  awsAttemptMs,
  awsRetry,
  discoverAttemptMs,
  drainingLook,
  healthyLook,
  hostPatienceMs,
  hostReturnMs,
  imdsRetry,
  startupSettlesMs,
  tunnelLook,
} from '../domain/timings.js';
import { timeoutIn } from './failure.js';
import { tell } from './measures.js';
import { alive, call, fellSilent, look, nobodyTook, unlessSilent, windowOf } from './shapes.js';
import type { Shape } from './shapes.js';

type Activities = AwsActivities & HostActivities;
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
    scheduleActivity(name, [input], { ...shape, ...windowOf(input, shape), ...placed });

  /** Host first: its own role, its own network path. The fleet takes over, for good, when the host does not take a task, or falls silent with one. */
  const hostFirst = (name: string, shape: Shape) => async (input: unknown) => {
    let resumed: unknown;
    if (!hostLost) {
      try {
        return await perform(name, shape, input, {
          taskQueue: host,
          scheduleToStartTimeout: hostPatienceMs,
          retry: unlessSilent(shape),
        });
      } catch (error) {
        if (!isForTheFleet(name, error)) throw error;
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

/** Builds before the patch tried a silent host again first, and gave up where that came to no end in time. */
const isForTheFleet = (name: string, error: unknown): boolean =>
  nobodyTook(error) ||
  (name === mustHappen && !isCancellation(error)) ||
  (fellSilent(error) && patched('fleet-when-silent'));

/** What the host had put down with its last heartbeat, so that the fleet goes on where it was. */
const lastWordsOf = (error: unknown): unknown => timeoutIn(error)?.lastHeartbeatDetails;
