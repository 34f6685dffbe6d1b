import type { Connection } from '@temporalio/client';
import { fleetQueue } from '../domain/ids.js';

/** Source: temporal.api.enums.v1.TaskQueueType, TASK_QUEUE_TYPE_WORKFLOW. */
const workflowQueue = 1;

/** How many workers polled the cluster's fleet queue in the last five minutes: Temporal remembers them that long. */
export async function workersOf({ workflowService }: Connection, namespace: string, cluster: string): Promise<number> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: fleetQueue(cluster) },
    taskQueueType: workflowQueue,
  });
  return pollers?.length ?? 0;
}
