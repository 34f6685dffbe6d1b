import type { Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { fleetQueue, operationsQueue } from '../domain/ids.js';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;
const kinds = { workflow: TASK_QUEUE_TYPE_WORKFLOW, activity: TASK_QUEUE_TYPE_ACTIVITY };

/** A worker that lives asks again within 70 s, the SDK's bound of one poll; the rest is for clocks that differ. */
const pollMs = 90_000;

/** How many workers poll the queue. Temporal remembers for five minutes also those that are gone. */
export async function pollersOf(
  { workflowService }: Pick<Connection, 'workflowService'>,
  namespace: string,
  queue: string,
  kind: keyof typeof kinds,
): Promise<number> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: kinds[kind],
  });
  const since = Date.now() - pollMs;
  return pollers.filter(({ lastAccessTime: last }) => last == null || tsToMs(last) > since).length;
}

/** True where Temporal does not say, since who may look at lives may not look at queues everywhere. */
const isPolled =
  (queueOf: (cluster: string) => string, kind: keyof typeof kinds) =>
  async (connection: Pick<Connection, 'workflowService'>, namespace: string, cluster: string): Promise<boolean> =>
    (await pollersOf(connection, namespace, queueOf(cluster), kind).catch(() => 1)) > 0;

/** Whether anybody works on the lives of a cluster. */
export const isWorkedOn = isPolled(fleetQueue, 'workflow');

/** The same of what operators ask: fleet workers alone work on it. */
export const isOperatedOn = isPolled((cluster) => operationsQueue(fleetQueue(cluster)), 'activity');
