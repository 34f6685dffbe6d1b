import { ServiceError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import pRetry from 'p-retry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { expectComplete } from '../support/complete-receipt.js';
import { Figures } from './figures.js';
import { Fleet } from './fleet.js';
import { Postgresql, postgresqlIsInstalled } from './postgresql.js';
import { canHaveServerPrograms } from './server-programs.js';
import { TemporalCluster } from './temporal-cluster.js';

const agents = 100;
const drainSeconds = 60;

/**
 * How late a drain may end when all of Temporal was away: 10 s between two tries of a history service to take a shard, with its timers,
 * and 5 s, `history.acquireShardInterval` of ours, until it tries anew what it had given up. docs/scaling.md has the story.
 */
const lateSeconds = 15;

const missing = [
  ...(postgresqlIsInstalled ? [] : ['postgresql is not installed']),
  ...((await canHaveServerPrograms()) ? [] : ['there is no go on PATH to build the Temporal server with']),
];
const skipped = missing.length > 0;

const log = (line: string) => void process.stderr.write(`${line}\n`);

describe.skipIf(skipped)(
  `a Temporal cluster on PostgreSQL${skipped ? ` (skipped: ${missing.join('; ')})` : ''}`,
  () => {
    const running: { stop: () => Promise<void> }[] = [];
    let postgresql: Postgresql;
    let temporal: TemporalCluster;
    let fleet: Fleet;
    let figures: Figures;

    beforeAll(async () => {
      running.unshift((postgresql = await Postgresql.start()));
      running.unshift((temporal = await TemporalCluster.start(postgresql, log)));
      figures = new Figures(postgresql, temporal, agents, log);
      const healthCheck = { intervalSeconds: 0.5, healthyThreshold: 2 };
      const defaults = { registrationDelaySeconds: 0, healthCheck };
      fleet = await Fleet.start(agents, temporal.balancer.address, { defaults, throttling: 'off' });
      running.unshift(fleet);
      // The one-time build is the long part.
    }, 40 * 60_000);

    afterAll(async () => {
      const failures: unknown[] = [];
      for (const each of running) await each.stop().catch((error: unknown) => failures.push(error));
      expect(failures).toEqual([]);
    }, 60_000);

    it(`brings ${agents} appliances into service, and takes them out with their whole drain periods although a history service, a frontend and the database die in the middle (I3, I4)`, async () => {
      const inService = figures.begin('startups');
      const startups = await Promise.all(fleet.ids.map((id) => fleet.startup(id)));
      await Promise.all(startups.map((startup) => startup.result()));
      inService();
      expect(fleet.inState('healthy')).toEqual(fleet.ids);

      const shutdowns = await Promise.all(fleet.ids.map((id) => fleet.shutdown(id, drainSeconds)));
      // AWS says `draining` before the workflow has heard of it.
      const drains = async (shutdown: WorkflowHandle) => (await timersOf(shutdown)) === 1;
      await Promise.all(
        shutdowns.map((shutdown) => vi.waitUntil(() => drains(shutdown), { timeout: 50_000, interval: 500 })),
      );

      const away = performance.now();
      await temporal.kill('history');
      await temporal.begin('history');
      expect(temporal.connectionsTo('frontend 2'), 'connections that its death breaks').toBeGreaterThan(0);
      await temporal.kill('frontend 2');
      await postgresql.crash();
      await untilAnswered(async () => shutdowns[0]?.describe());
      log(`Temporal was away for ${((performance.now() - away) / 1_000).toFixed(1)} s`);

      const receipts = await Promise.all(shutdowns.map((shutdown) => untilAnswered(() => receiptOf(shutdown))));
      const { targetGroupArn, delaySeconds } = fleet;
      for (const [index, receipt] of receipts.entries())
        expectComplete({ instanceId: fleet.ids[index] ?? '', targetGroupArn, drainSeconds, delaySeconds }, receipt);
      const kept = receipts.map(({ drainedSeconds }) => drainedSeconds ?? 0);
      expect(Math.min(...kept), 'never shorter than asked').toBeGreaterThanOrEqual(drainSeconds);
      expect(Math.max(...kept), 'by when all shards are held again').toBeLessThanOrEqual(drainSeconds + lateSeconds);
      for (const shutdown of shutdowns) expect(await timersOf(shutdown), 'never again from the start').toBe(1);
      expect(fleet.changes('in'), 'registrations that took effect').toEqual(fleet.ids.map(() => 1));
      expect(fleet.changes('out'), 'deregistrations that took effect').toEqual(fleet.ids.map(() => 1));
      expect(fleet.inState('draining'), 'no target is left behind').toEqual(fleet.ids);

      log(`drained ${Math.min(...kept)} to ${Math.max(...kept)} s, asked for ${drainSeconds} s`);
      await figures.report(fleet.client, fleet.ids[0] ?? '', fleet.simulator.journal);
    }, 420_000);
  },
);

const receiptOf = async (shutdown: WorkflowHandle) => (await shutdown.result()) as DrainReceipt;

const timersOf = async (shutdown: WorkflowHandle) =>
  (await shutdown.fetchHistory()).events?.filter((event) => event.timerStartedEventAttributes != null).length;

/** As whoever waits for a result does it: a Temporal that is away is asked again. */
const untilAnswered = <T>(ask: () => Promise<T>): Promise<T> =>
  pRetry(ask, {
    retries: 90,
    minTimeout: 1_000,
    factor: 1,
    shouldRetry: ({ error }) => error instanceof ServiceError,
  });
