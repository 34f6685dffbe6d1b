import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect } from 'vitest';
import {
  aliveBeat,
  awsAttemptMs,
  awsRetry,
  discoverAttemptMs,
  drainingLook,
  drainingWindowMs,
  healthyLook,
  healthyWindowMs,
  hostReturnMs,
  imdsRetry,
  lookBoundMs,
  startupSettlesMs,
  tunnelLook,
  tunnelWindowMs,
} from '../../src/domain/timings.js';
import { it } from '../support/life.js';
import type { Appliance } from '../support/life.js';

const second = 1_000;

/** What each step was given: for one attempt, for all of them, between two signs of life, and for the pauses; in ms. */
async function boundsOf(handle: WorkflowHandle): Promise<Record<string, object>> {
  const { events } = await handle.fetchHistory();
  const ms = (duration: { seconds?: unknown; nanos?: number | null } | null | undefined) =>
    Number(duration?.seconds ?? 0) * second + Math.round((duration?.nanos ?? 0) / 1e6);
  return Object.fromEntries(
    (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
      if (!scheduled) return [];
      const { startToCloseTimeout, scheduleToCloseTimeout, heartbeatTimeout, retryPolicy } = scheduled;
      const bounds = {
        attempt: ms(startToCloseTimeout),
        budget: ms(scheduleToCloseTimeout),
        beat: ms(heartbeatTimeout),
        pauses: [ms(retryPolicy?.initialInterval), ms(retryPolicy?.maximumInterval)],
      };
      return [[String(scheduled.activityType?.name), bounds] as const];
    }),
  );
}

describe.concurrent('the budgets of the timings table', () => {
  const aws = [awsRetry.initialMs, awsRetry.maximumMs];
  const again = [200, 1 * second];
  const look = (windowMs: number, beat: number) => ({
    attempt: lookBoundMs(windowMs),
    budget: lookBoundMs(windowMs),
    beat,
    pauses: again,
  });

  it('are what the steps of a startup are given (I7)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    const handle = await appliance.startup();
    await handle.result();
    expect(await boundsOf(handle)).toEqual({
      readMetadata: {
        attempt: awsAttemptMs,
        budget: hostReturnMs + imdsRetry.budgetMs,
        beat: 0,
        pauses: [imdsRetry.initialMs, imdsRetry.maximumMs],
      },
      discoverTargetGroup: {
        attempt: discoverAttemptMs,
        budget: awsRetry.budgetMs,
        beat: aliveBeat.heartbeatMs,
        pauses: aws,
      },
      registerTarget: { attempt: awsAttemptMs, budget: hostReturnMs + awsRetry.budgetMs, beat: 0, pauses: aws },
      listPeers: { attempt: awsAttemptMs, budget: awsRetry.budgetMs, beat: 0, pauses: aws },
      confirmHealthy: look(healthyWindowMs, healthyLook.heartbeatMs),
      findTunnel: look(tunnelWindowMs, tunnelLook.heartbeatMs),
      writeControllerConfig: {
        attempt: awsAttemptMs,
        budget: hostReturnMs + awsRetry.budgetMs,
        beat: 0,
        pauses: aws,
      },
    });
  });

  it('are what the steps of a shutdown are given (I7)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 0 });
    await handle.result();
    expect(await boundsOf(handle)).toEqual({
      locateTarget: {
        attempt: startupSettlesMs,
        budget: startupSettlesMs + awsRetry.budgetMs,
        beat: aliveBeat.heartbeatMs,
        pauses: aws,
      },
      deregisterTarget: {
        attempt: awsAttemptMs,
        budget: awsRetry.budgetMs,
        beat: aliveBeat.heartbeatMs,
        pauses: aws,
      },
      confirmDraining: look(drainingWindowMs, drainingLook.heartbeatMs),
    });
  });
});

describe.concurrent('a fleet that is throttled in the same moment', () => {
  it('comes back spread out, and every one of it gets through', async ({ anAppliance }) => {
    const fleet = await Promise.all(Array.from({ length: 10 }, () => anAppliance()));
    for (const appliance of fleet) {
      await appliance.enterService();
      appliance.fault({ kind: 'error', code: 'Throttling', action: 'DeregisterTargets', count: 2 });
    }
    const handles = await Promise.all(
      fleet.map((appliance) => appliance.shutdown({ registered: appliance.registration, drain: 0 })),
    );
    for (const handle of handles) expect((await handle.result()).outcome).toBe('drained');

    // The second pause is anything up to 2 s; in step, all of them would take 2 s.
    const pauses = fleet.map((appliance) => sentAt(appliance, 2) - sentAt(appliance, 1));
    expect(Math.min(...pauses)).toBeLessThan(1_500);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(400);
    expect(new Set(pauses.map((pause) => Math.floor(pause / 200))).size).toBeGreaterThanOrEqual(3);
  });
});

const sentAt = (appliance: Appliance, nth: number): number => {
  const request = appliance.requests('DeregisterTargets')[nth];
  if (request === undefined) throw new Error(`${appliance.instanceId} sent no DeregisterTargets number ${nth + 1}`);
  return request.wallAt;
};
