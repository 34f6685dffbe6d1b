import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowReport } from '../../src/simulator/flows/tally.js';
import type { TrafficOptions } from '../../src/simulator/flows/traffic.js';
import { ManualClock, startSimulator } from '../../src/simulator/simulator.js';

const patienceMs = 60_000;
const targetCount = 3;
const delaySeconds = 60;

const seconds = (max: number) => fc.double({ min: 0.1, max, noNaN: true });

const length = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), seconds: seconds(120) }),
  fc.record({ kind: fc.constant('uniform' as const), fromSeconds: fc.constant(0), toSeconds: seconds(120) }),
  fc.record({ kind: fc.constant('exponential' as const), meanSeconds: seconds(60) }),
  fc.record({
    kind: fc.constant('pareto' as const),
    leastSeconds: seconds(5),
    shape: seconds(3),
    atMostSeconds: fc.constant(500),
  }),
  fc.record({
    kind: fc.constant('lognormal' as const),
    medianSeconds: seconds(20),
    sigma: seconds(2),
    atMostSeconds: fc.constant(500),
  }),
);

const traffic: fc.Arbitrary<TrafficOptions> = fc.record({
  ratePerSecond: fc.double({ min: 0.5, max: 10, noNaN: true }),
  length,
  udpShare: fc.constantFrom(0, 0.3, 1),
  unclosedShare: fc.constantFrom(0, 0.3, 1),
  pauseShare: fc.constantFrom(0, 0.5),
  pauseSeconds: fc.constantFrom(0, 30, 200, 400),
  seed: fc.integer(),
});

const attributes = fc.record({
  'target_failover.on_deregistration': fc.constant('no_rebalance'),
  'stickiness.enabled': fc.constantFrom('true', 'false'),
  'stickiness.type': fc.constantFrom('source_ip_dest_ip', 'source_ip_dest_ip_proto'),
});

const failover = fc.constantFrom('rebalance', 'no_rebalance');

const step = fc.record({
  kind: fc.constantFrom(
    'register',
    'deregister',
    'stop',
    'run',
    'gone',
    'unhealthy',
    'healthy',
    'detach',
    'attach',
    'wait',
  ),
  target: fc.integer({ min: 0, max: targetCount - 1 }),
  ms: fc.integer({ min: 0, max: 90_000 }),
});

/** Every flow is counted once: in the whole, and at the target where it is or ended. */
function expectNoneLost({ opened, active, finished, moved, cut, refused, targets }: FlowReport): void {
  expect(opened).toBe(active + finished + moved + cut + refused);
  for (const target of targets) {
    expect(target.opened + target.movedHere).toBe(target.active + target.finished + target.movedAway + target.cut);
    expect(Math.min(...[target.active, target.finished, target.cut])).toBeGreaterThanOrEqual(0);
  }
  const sum = (of: 'active' | 'cut' | 'opened') => targets.reduce((total, target) => total + target[of], 0);
  expect([sum('active'), sum('cut'), sum('opened')]).toEqual([active, cut, opened - refused]);
}

async function aFleet(options: { attributes?: Record<string, string> } = {}) {
  const clock = new ManualClock();
  const sim = await startSimulator({ clock });
  const { arn } = sim.createTargetGroup({
    vpcId: 'vpc-1',
    attributes: { 'deregistration_delay.timeout_seconds': String(delaySeconds), ...options.attributes },
    registrationDelaySeconds: 0,
  });
  const instances = await Promise.all(
    Array.from({ length: targetCount }, () => sim.createInstance({ vpcId: 'vpc-1', probe: 'healthy' })),
  );
  const ids = instances.map(({ instanceId }) => instanceId);
  return { clock, sim, arn, ids };
}

describe('whatever happens to the targets', () => {
  it('no flow is lost from the count, and none stays open for ever (F5)', { timeout: patienceMs }, async () => {
    await fc.assert(
      fc.asyncProperty(
        traffic,
        attributes,
        failover,
        fc.array(step, { maxLength: 25 }),
        async (options, given, failover, steps) => {
          const both = { 'target_failover.on_deregistration': failover, 'target_failover.on_unhealthy': failover };
          const { clock, sim, arn, ids } = await aFleet({ attributes: { ...given, ...both } });
          for (const id of ids) sim.registerTarget(arn, id);
          sim.startTraffic(arn, options);
          const take: Readonly<Record<string, (id: string, ms: number) => unknown>> = {
            register: (id) => sim.registerTarget(arn, id),
            deregister: (id) => sim.deregisterTarget(arn, id),
            stop: (id) => sim.setInstanceState(id, 'stopped'),
            run: (id) => sim.setInstanceState(id, 'running'),
            gone: (id) => sim.setProbe(id, 'gone'),
            unhealthy: (id) => sim.setProbe(id, 'unhealthy'),
            healthy: (id) => sim.setProbe(id, 'healthy'),
            detach: () => sim.setInUse(arn, false),
            attach: () => sim.setInUse(arn, true),
            wait: (_id, ms) => clock.advance(ms),
          };
          for (const { kind, target, ms } of steps) {
            await take[kind]?.(ids[target] ?? '', ms);
            expectNoneLost(sim.flows(arn));
          }
          sim.stopTraffic(arn);
          // The longest exponential flow that the seed may hold, and a pause.
          await clock.advance(2 * 3600 * 1000);
          expectNoneLost(sim.flows(arn));
          expect(sim.flows(arn).active).toBe(0);
          await sim.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a drain that lasts as long as the longest flow cuts none', { timeout: patienceMs }, async () => {
    const bounded = fc.record({
      ratePerSecond: fc.double({ min: 0.5, max: 10, noNaN: true }),
      length: fc.record({
        kind: fc.constant('exponential' as const),
        meanSeconds: seconds(60),
        atMostSeconds: fc.constant(delaySeconds),
      }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(bounded, fc.integer({ min: 0, max: 120_000 }), async (options, servedMs) => {
        const { clock, sim, arn, ids } = await aFleet();
        const [leaving = ''] = ids;
        for (const id of ids) sim.registerTarget(arn, id);
        await clock.advance(60_000);
        sim.startTraffic(arn, options);
        await clock.advance(servedMs);
        const opened = openedAt(sim.flows(arn), leaving);
        sim.deregisterTarget(arn, leaving);
        await clock.advance(delaySeconds * 1000);
        // No flow was new there while it drained (F2), so that it can go now.
        expect(openedAt(sim.flows(arn), leaving)).toBe(opened);
        sim.setInstanceState(leaving, 'terminated');
        expect(sim.flows(arn).cut).toBe(0);
        await sim.close();
      }),
      { numRuns: 40 },
    );
  });
});

const openedAt = ({ targets }: FlowReport, id: string): number =>
  targets.find(({ targetId }) => targetId === id)?.opened ?? 0;
