import { expect } from 'vitest';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { expectComplete } from './complete-receipt.js';
import { storyOf } from './history.js';
import { delaySeconds } from './scene.js';
import type { Scene } from './scene.js';

export interface AtMost {
  readonly RegisterTargets?: number;
  readonly DeregisterTargets?: number;
  /** How much longer than asked a drain may last. @default 2 */
  readonly lateSeconds?: number;
}

/**
 * What holds after a life that was not forced, whatever died in it: registered once and deregistered once in effect, drained
 * for the period that was asked for, a receipt without gaps, and no target left behind.
 */
export async function expectDrained(scene: Scene, atMost: AtMost = {}): Promise<DrainReceipt> {
  const { instance, drainSeconds } = scene;
  const receipt = await scene.receipt();
  expectComplete({ ...instance, drainSeconds, delaySeconds }, receipt);
  expect(receipt.drainedSeconds, 'I4: never shorter than asked').toBeGreaterThanOrEqual(drainSeconds);
  expect(
    receipt.drainedSeconds,
    `I4: never again from the start\n${await storyOf(scene.shutdown)}`,
  ).toBeLessThanOrEqual(drainSeconds + (atMost.lateSeconds ?? 2));

  expect(scene.registrations, 'registrations that took effect').toBe(1);
  expect(scene.deregistrations, 'deregistrations that took effect').toBe(1);
  for (const action of ['RegisterTargets', 'DeregisterTargets'] as const) {
    const requests = scene.requests(action).length;
    expect(requests, `${action} sent`).toBeGreaterThanOrEqual(1);
    expect(requests, `${action} sent`).toBeLessThanOrEqual(atMost[action] ?? 1);
  }
  expect(instance.state(), 'no target is left behind').toBe('draining');
  expect(await instance.healthAsItDeregistered(), 'I2: 503 first, or nobody there to answer').not.toContain(200);
  for (const { by } of receipt.triggers)
    expect(by).toMatch(new RegExp(`^operator$|^SIG(TERM|INT) on ${instance.instanceId}$`));
  return receipt;
}
