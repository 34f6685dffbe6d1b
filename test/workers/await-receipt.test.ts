import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { awaitReceipt } from '../../src/workers/await-receipt.js';

const receipt = { outcome: 'drained' } as DrainReceipt;

/** A shutdown whose polls end so, one after the other. */
const polled = (...results: (DrainReceipt | Error)[]) =>
  ({
    result: () => {
      const next = results.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  }) as unknown as WorkflowHandle;

describe('the wait for a receipt', () => {
  it('goes on when a poll breaks: an outage of Temporal loses no receipt', async () => {
    expect(await awaitReceipt(polled(new Error('14 UNAVAILABLE: connection lost'), receipt), 60_000)).toBe(receipt);
  });

  it('ends without one where Temporal knows no such shutdown, or its time is over', async () => {
    const notFound = new WorkflowNotFoundError('gone', 'shutdown/i-1', undefined);
    expect(await awaitReceipt(polled(notFound), 60_000)).toBeUndefined();
    expect(await awaitReceipt(polled(receipt), 0)).toBeUndefined();
  });
});
