import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { shutdownId } from '../domain/ids.js';
import type { ExtendDrain } from '../domain/input.js';
import type { DrainExtended } from '../domain/status.js';
import { reasonOf } from './reason.js';

/** How long the workflow may take to answer: a worker that lives takes milliseconds. */
const answerMs = 10_000;

/**
 * Extends the drain period of an instance that drains.
 *
 * @throws Error with the workflow's reason where it refuses; that no shutdown runs; that no worker answers.
 */
export async function askForMore(client: Client, instanceId: string, extension: ExtendDrain): Promise<DrainExtended> {
  const shutdown = client.workflow.getHandle(shutdownId(instanceId));
  try {
    return await client.withDeadline(Date.now() + answerMs, () =>
      shutdown.executeUpdate<DrainExtended, [ExtendDrain]>('extendDrain', { args: [extension] }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new Error(`${instanceId}: ${reasonOf(error)}`, { cause: error });
    if (error instanceof WorkflowNotFoundError)
      throw new Error(`${instanceId}: no shutdown of it runs, so no drain period can be extended`, { cause: error });
    const message = `${instanceId}: no answer within ${answerMs / 1_000} s (${reasonOf(error)}); does a worker of its cluster run?`;
    throw new Error(message, { cause: error });
  }
}
