import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect } from 'vitest';
import type { ExtendDrain } from '../../src/domain/input.js';
import type { DrainExtended, Status } from '../../src/domain/status.js';
import { askForMore } from '../../src/temporal/ask-for-more.js';
import { drainBegins, failureOf, receiptIn, recordHistory } from '../support/history.js';
import { it } from '../support/life.js';

const extend = (handle: WorkflowHandle, extension: ExtendDrain) =>
  handle.executeUpdate<DrainExtended, [ExtendDrain]>('extendDrain', { args: [extension] });

/** What the update was refused with. */
async function refusalOf(update: Promise<unknown>): Promise<string> {
  const error: unknown = await update.catch((reason: unknown) => reason);
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof Error) return error.cause.message;
  throw new Error('the update was not refused', { cause: error });
}

describe.concurrent('an extension of the drain period', () => {
  it('is in force when it is answered, and the receipt tells who asked for how much and why (I4)', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 3 });
    await drainBegins(stage.client, handle);
    const { drainUntil } = await handle.query<Status>('status');
    const answer = await askForMore(stage.client, appliance.instanceId, {
      seconds: 2,
      actor: 'alice@laptop',
      reason: 'a backup',
    });
    expect(answer).toEqual({
      drainUntil: new Date(Date.parse(String(drainUntil)) + 2_000).toISOString(),
      extendedSeconds: 2,
    });
    expect(await handle.query<Status>('status')).toMatchObject(answer);
    const receipt = await handle.result();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: 3,
      extensions: [{ by: 'alice@laptop', seconds: 2, reason: 'a backup' }],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(5);
    await recordHistory('shutdown-extended', handle);
  });

  it('is refused with the reason while the target does not drain, and beyond what AWS lets it drain', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'hang', action: 'DeregisterTargets', count: 1 });
    const sent = appliance.nextRequest('DeregisterTargets');
    const handle = await appliance.shutdown({ drain: 600 });
    await sent;
    expect(await refusalOf(extend(handle, { seconds: 60 }))).toBe(
      'the target is not draining (deregistering); only a drain period that runs can be extended',
    );
    await drainBegins(stage.client, handle);
    expect(await refusalOf(extend(handle, { seconds: 3_600 }))).toMatch(
      /^the drain period would be 4200 s, expected at most 3600 s/,
    );
    expect(await refusalOf(extend(handle, { seconds: -1 }))).toBe(
      'extendDrain: seconds: found -1, expected seconds from 1 to 3600',
    );
    await handle.signal('forceShutdown');
    expect(receiptIn(await failureOf(handle))).toMatchObject({ outcome: 'interrupted', extensions: [] });
  });

  it('is refused where the workflow would run out of its time first', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 600 }, { workflowExecutionTimeout: '15m' });
    await drainBegins(stage.client, handle);
    expect(await refusalOf(extend(handle, { seconds: 600 }))).toMatch(/execution timeout is too short$/);
    await handle.signal('forceShutdown');
    await failureOf(handle);
  });

  it('for an instance that does not leave is refused in words', async ({ stage }) => {
    await expect(askForMore(stage.client, 'i-00000000000000000', { seconds: 60 })).rejects.toThrow(
      'i-00000000000000000: no shutdown of it runs, so no drain period can be extended',
    );
  });
});
