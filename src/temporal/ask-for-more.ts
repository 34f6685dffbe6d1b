import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcServiceError,
} from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { shutdownId } from '../domain/ids.js';
import type { ExtendDrain } from '../domain/input.js';
import type { DrainExtended } from '../domain/status.js';
import { innerReasonOf } from './reason.js';

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
      throw new Error(`${instanceId}: ${innerReasonOf(error)}`, { cause: error });
    if (error instanceof WorkflowNotFoundError)
      throw new Error(`${instanceId}: no shutdown of it runs, so no drain period can be extended`, { cause: error });
    if (!isDeadline(error)) throw error;
    const message = `${instanceId}: no answer within ${answerMs / 1_000} s (${innerReasonOf(error)}); does a worker of its cluster run?`;
    throw new Error(message, { cause: error });
  }
}

/** gRPC's. Anything else, such as a refusal, is no reason to look for a worker. */
const deadlineExceeded = 4;

function isDeadline(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && (cause.code as number) === deadlineExceeded;
}
