import { ActivityCancellationType, ApplicationFailure, scheduleActivity, workflowInfo } from '@temporalio/workflow';
import type { OperationsActivities } from '../activities/contract.js';
import type { FailureType } from '../domain/failures.js';
import { operationsQueue } from '../domain/ids.js';
import {
  awsRetry,
  commandLook,
  discoverAttemptMs,
  healthyLook,
  hostReturnMs,
  instanceStateLook,
  iperf3Look,
  lookBoundMs,
} from '../domain/timings.js';
import { alive, call, look, nobodyTook, windowOf } from './shapes.js';
import type { Shape } from './shapes.js';

type Steps = Pick<
  OperationsActivities,
  'listTargets' | 'waitForInstanceState' | 'confirmHealthy' | 'waitForIperf3Server' | 'executeRemoteCommand'
>;

const shapes: Record<keyof Steps, Shape> = {
  listTargets: alive("list the targets of the cluster's group", discoverAttemptMs, awsRetry.budgetMs),
  waitForInstanceState: look('look until the instance is running', instanceStateLook.heartbeatMs),
  confirmHealthy: look('look until the target is healthy', healthyLook.heartbeatMs),
  waitForIperf3Server: look('ask the instance until its iperf3 server listens', iperf3Look.heartbeatMs),
  executeRemoteCommand: {
    ...call('run the probe on the instance', awsRetry),
    heartbeatTimeout: commandLook.heartbeatMs,
    // It cancels the command on its way out.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  },
};

/** What a verification asks, on the queue that fleet workers alone poll: no appliance needs to run commands on another. */
export function operations(): Steps {
  const taskQueue = operationsQueue(workflowInfo().taskQueue);
  const perform = (name: string, shape: Shape) => async (input: unknown) => {
    try {
      return await scheduleActivity(name, [input], {
        ...shape,
        ...windowOf(input, shape),
        ...timeoutOf(input),
        taskQueue,
        scheduleToStartTimeout: hostReturnMs,
      });
    } catch (error) {
      if (!nobodyTook(error)) throw error;
      const message = `${name}: no fleet worker took the task within ${hostReturnMs / 1_000} s, expected one on queue ${taskQueue}; start one: drawbridge worker`;
      throw ApplicationFailure.nonRetryable(message, 'FleetWorkerLost' satisfies FailureType);
    }
  };
  const placed = Object.entries(shapes).map(([name, shape]) => [name, perform(name, shape)]);
  return Object.fromEntries(placed) as Steps;
}

/** A command's time counts from when it is sent, and sending has a budget of its own. One attempt may take all of it. */
function timeoutOf(input: unknown) {
  const { timeoutMs } = input as { timeoutMs?: number };
  if (timeoutMs === undefined) return {};
  const budgetMs = awsRetry.budgetMs + lookBoundMs(timeoutMs);
  return { scheduleToCloseTimeout: budgetMs, startToCloseTimeout: budgetMs };
}
