import type { Connection } from '@temporalio/client';
import { fleetQueue } from '../domain/ids.js';

/** How many workers polled the cluster's fleet queue in the last five minutes: Temporal remembers them that long. */
export async function workersOf({ workflowService }: Connection, namespace: string, cluster: string): Promise<number> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: fleetQueue(cluster) },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is no dependency of ours: TASK_QUEUE_TYPE_WORKFLOW
    taskQueueType: 1,
  });
  return pollers.length;
}
