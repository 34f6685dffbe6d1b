import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import type { DrainReceipt } from '../domain/receipt.js';
import { receiptOf } from '../temporal/receipt-of.js';
import { rest } from './bounded.js';
import { receiptAgainMs } from './waits.js';

/**
 * The receipt, also of a shutdown that failed. A poll that breaks is made again: Temporal may be gone for a while.
 *
 * @returns undefined when it ended without one, or not in time, or when `over` ends first.
 */
export async function awaitReceipt(
  shutdown: WorkflowHandle,
  budgetMs: number,
  over?: AbortSignal,
): Promise<DrainReceipt | undefined> {
  const until = Date.now() + budgetMs;
  while (over?.aborted !== true && Date.now() < until) {
    try {
      return await receiptOf(shutdown);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      await rest(receiptAgainMs, over);
    }
  }
  return undefined;
}
