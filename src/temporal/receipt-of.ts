import { WorkflowFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DrainReceipt } from '../domain/receipt.js';

/** The receipt that a shutdown which failed left in its failure, if it did. */
export function receiptIn({ cause }: WorkflowFailedError): DrainReceipt | undefined {
  return cause instanceof ApplicationFailure ? (cause.details?.[0] as DrainReceipt | undefined) : undefined;
}

/**
 * The receipt of a shutdown, once it has ended, also of one that failed.
 *
 * @returns undefined for one that ended without: it was terminated, or ran out of its time.
 * @throws WorkflowNotFoundError, or what the connection throws.
 */
export async function receiptOf(shutdown: WorkflowHandle): Promise<DrainReceipt | undefined> {
  try {
    return (await shutdown.result()) as DrainReceipt;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return receiptIn(error);
    throw error;
  }
}
