import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AutoScalingTransition } from '../../src/simulator/world/auto-scaling/auto-scaling.js';
import { second } from './auto-scaling-harness.js';
import { startAws } from './harness.js';

const delaySeconds = 30;
const heartbeatTimeoutSeconds = 60;
const shutdownSeconds = 15;

/** Every change of a lifecycle state that AWS makes, for a group with and without hooks. */
const legal: Readonly<Record<string, readonly string[]>> = {
  none: ['Pending', 'InService'],
  Pending: ['Pending:Wait', 'InService'],
  'Pending:Wait': ['Pending:Proceed', 'Terminating'],
  'Pending:Proceed': ['InService'],
  InService: ['Terminating'],
  Terminating: ['Terminating:Wait', 'Terminated'],
  'Terminating:Wait': ['Terminating:Proceed'],
  'Terminating:Proceed': ['Terminated'],
};

const step = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom('scaleIn', 'launch', 'attach', 'continue', 'abandon', 'beat', 'stop', 'fail', 'deregister'),
      which: fc.nat({ max: 3 }),
    })
    .map((taken) => ({ ...taken, ms: 0 })),
  fc.integer({ min: 0, max: 80_000 }).map((ms) => ({ kind: 'advance', which: 0, ms })),
);

const world = fc.record({
  launchHooks: fc.nat({ max: 2 }),
  terminationHooks: fc.nat({ max: 2 }),
  healthCheckType: fc.constantFrom('EC2', 'ELB'),
  steps: fc.array(step, { maxLength: 40, size: 'max' }),
});

describe('whatever happens to a group', () => {
  it(
    'its instances change states only as they may in AWS, and no wait outlasts its timeouts',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(world, async (given) => {
          const { transitions, states } = await live(given);
          for (const id of new Set(transitions.map(({ instanceId }) => instanceId))) {
            expectLegal(transitions.filter(({ instanceId }) => instanceId === id));
          }
          // In the end everybody is in service, or gone.
          expect(states.filter((state) => state !== 'InService')).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
  );
});

function expectLegal(transitions: readonly AutoScalingTransition[]): void {
  for (const [index, { at, from, to }] of transitions.entries()) {
    const before = transitions[index - 1];
    expect(from).toBe(before?.to);
    expect(legal[from ?? 'none']).toContain(to);
    const passed = at - (before?.at ?? at);
    expect(passed).toBeGreaterThanOrEqual(0);
    if (to === 'Terminating:Wait') expect(passed).toBeLessThanOrEqual(delaySeconds * second);
    if (to === 'Terminated') expect(passed).toBeLessThanOrEqual((delaySeconds + shutdownSeconds) * second);
    if (from?.endsWith(':Wait')) expect(passed).toBeLessThanOrEqual(100 * heartbeatTimeoutSeconds * second);
  }
}

async function live({
  launchHooks,
  terminationHooks,
  healthCheckType,
  steps,
}: typeof world extends fc.Arbitrary<infer Given> ? Given : never) {
  const { sim, clock, aGroup, anInstance } = await startAws({
    assumptions: { instanceTransitionSeconds: shutdownSeconds },
  });
  const { arn } = aGroup({ attributes: { 'deregistration_delay.timeout_seconds': String(delaySeconds) } });
  const instances: string[] = [];
  for (let made = 0; made < 4; made++) instances.push((await anInstance()).instanceId);
  const hook = (name: string, transition: 'LAUNCHING' | 'TERMINATING') =>
    ({ name, transition: `autoscaling:EC2_INSTANCE_${transition}`, heartbeatTimeoutSeconds }) as const;
  const fleet = sim.autoScaling.createGroup({
    name: 'fleet',
    instances: instances.slice(0, 2),
    targetGroupArns: [arn],
    healthCheckType: healthCheckType === 'ELB' ? 'ELB' : 'EC2',
    hooks: [
      ...['one', 'other'].slice(0, launchHooks).map((name) => hook(`launch-${name}`, 'LAUNCHING')),
      ...['one', 'other'].slice(0, terminationHooks).map((name) => hook(`terminate-${name}`, 'TERMINATING')),
    ],
  });
  const act = (id: string, perform: (token: string) => void) => {
    const token = fleet.instance(id)?.actions[0]?.token;
    if (token !== undefined) perform(token);
  };
  const take: Readonly<Record<string, (id: string, ms: number) => unknown>> = {
    scaleIn: (id) => fleet.scaleIn(id),
    launch: (id) => fleet.launch(id),
    attach: (id) => fleet.attach(id),
    continue: (id) => act(id, (token) => fleet.instance(id)?.complete(token, 'CONTINUE')),
    abandon: (id) => act(id, (token) => fleet.instance(id)?.complete(token, 'ABANDON')),
    beat: (id) => act(id, (token) => fleet.instance(id)?.beat(token)),
    stop: (id) => sim.setInstanceState(id, 'stopped'),
    fail: (id) => sim.setProbe(id, 'unhealthy'),
    deregister: (id) => sim.targetGroups[0]?.targets.get(`${id}:6081`)?.deregister(),
    advance: (_id, ms) => clock.advance(ms),
  };
  for (const { kind, which, ms } of steps) {
    try {
      await take[kind]?.(instances[which] ?? '', ms);
    } catch (error) {
      // A refusal is fine: it may change nothing, which the transitions show.
      expect((error as Error).message).toMatch(/^(Auto Scaling group fleet|instance i-)/);
    }
  }
  await clock.advance(48 * 3600 * second);
  return { transitions: sim.autoScaling.transitions, states: fleet.instances.map(({ state }) => state) };
}
