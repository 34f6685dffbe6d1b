import { expect } from 'vitest';
import type { DrainReceipt } from '../../src/domain/receipt.js';

/** What the receipt of a life is to say that was not forced, with a drain period shorter than AWS's delay. */
export interface Expected {
  readonly instanceId: string;
  readonly targetGroupArn: string;
  readonly drainSeconds: number;
  readonly delaySeconds: number;
}

/** Every field of the receipt says what happened, and the times are in order. */
export function expectComplete(expected: Expected, receipt: DrainReceipt): void {
  const { instanceId, targetGroupArn, drainSeconds, delaySeconds } = expected;
  expect(receipt).toMatchObject({
    instanceId,
    registered: { targetGroupArn, target: { id: instanceId } },
    outcome: 'drained',
    drainPeriodSeconds: drainSeconds,
    deregistrationDelaySeconds: delaySeconds,
    forced: null,
    warnings: [expect.stringMatching(/^the drain period of .* is shorter than/)],
  });
  expect(receipt.triggers.length).toBeGreaterThanOrEqual(1);
  expect(receipt.observations.at(-1)).toMatchObject({ state: 'draining' });
  const { startedAt, deregisteredAt, drainingAt, finishedAt } = receipt;
  const times = [startedAt, deregisteredAt, drainingAt, finishedAt];
  expect(times).toEqual(times.filter((time) => time !== null).sort());
}
