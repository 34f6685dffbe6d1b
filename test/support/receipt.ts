import { WorkflowFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { shutdownId } from '../../src/domain/ids.js';
import type { DrainReceipt } from '../../src/domain/receipt.js';

/** The receipt of an instance's latest shutdown, also of one that failed. */
export async function receiptOf(client: Client, instanceId: string): Promise<DrainReceipt> {
  try {
    return await client.workflow.getHandle<() => Promise<DrainReceipt>>(shutdownId(instanceId)).result();
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    if (cause instanceof ApplicationFailure) return cause.details?.[0] as DrainReceipt;
    throw error;
  }
}
