import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { expectComplete } from './complete-receipt.js';
import { timersSpanOf, storyOf } from './history.js';
import { delaySeconds } from './scene.js';
import type { Scene } from './scene.js';

export interface AtMost {
  readonly RegisterTargets?: number;
  readonly DeregisterTargets?: number;
  /** How long after its drain period a shutdown may end: when a worker is there to hear of it. @default 10 */
  readonly lateSeconds?: number;
}

/** How much later than asked Temporal itself may end a drain. */
const timerLateSeconds = 2;

/**
 * The drain lasted as long as asked, once: told by the server's own times. On a busy machine a worker hears later that it is over.
 */
export async function expectPeriodKept(
  shutdown: WorkflowHandle,
  { drainingAt, finishedAt, drainedSeconds }: DrainReceipt,
  seconds: number,
  lateSeconds = 10,
): Promise<void> {
  expect(drainedSeconds, 'I4: never shorter than asked').toBeGreaterThanOrEqual(seconds);
  const { startedAt, firedAt } = await timersSpanOf(shutdown);
  const story = await storyOf(shutdown);
  const finished = Date.parse(finishedAt);
  const drained = ((firedAt ?? finished) - (startedAt ?? Date.parse(drainingAt ?? ''))) / 1_000;
  expect(drained, `I4: never again from the start\n${story}`).toBeLessThanOrEqual(seconds + timerLateSeconds);
  const late = (finished - (firedAt ?? finished)) / 1_000;
  expect(late, `over as soon as somebody hears of it\n${story}`).toBeLessThanOrEqual(lateSeconds);
}

/**
 * What holds after a life that was not forced, whatever died in it: registered once and deregistered once in effect, drained
 * for the period that was asked for, a receipt without gaps, and no target left behind.
 */
export async function expectDrained(scene: Scene, atMost: AtMost = {}): Promise<DrainReceipt> {
  const { instance, drainSeconds } = scene;
  const receipt = await scene.receipt();
  expectComplete({ ...instance, drainSeconds, delaySeconds }, receipt);
  await expectPeriodKept(scene.shutdown, receipt, drainSeconds, atMost.lateSeconds);

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
