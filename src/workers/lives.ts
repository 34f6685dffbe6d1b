import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { Lives } from '../activities/dependencies.js';
import { shutdownId, startupId } from '../domain/ids.js';
import { unlessAborted } from './bounded.js';

/** The other workflow of an instance, over a Temporal client. Each answer is waited for until the signal ends. */
export function livesOver(client: Client): Lives {
  const runs = async (workflowId: string): Promise<boolean> => {
    try {
      return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return {
    shutdownRuns: (instanceId, signal) => unlessAborted(signal, () => runs(shutdownId(instanceId))),
    endStartup: (instanceId, signal) =>
      unlessAborted(signal, async () => {
        if (!(await runs(startupId(instanceId)))) return;
        const startup = client.workflow.getHandle(startupId(instanceId));
        try {
          await startup.cancel();
          await startup.result();
        } catch (error) {
          // However it ended, it ended; its own history says how.
          if (!(error instanceof WorkflowFailedError) && !(error instanceof WorkflowNotFoundError)) throw error;
        }
      }),
  };
}
