import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TargetHealth, Transition } from '../../src/simulator/simulator.js';
import { startAws } from './harness.js';

const delaySeconds = 30;

/** Every change of a target's health that AWS makes, by state and reason. */
const legal: Readonly<Record<string, readonly string[]>> = {
  NotRegistered: ['RegistrationInProgress', 'NotInUse', 'InvalidState'],
  RegistrationInProgress: ['InitialHealthChecking', 'DeregistrationInProgress', 'NotInUse', 'InvalidState'],
  InitialHealthChecking: ['healthy', 'FailedHealthChecks', 'DeregistrationInProgress', 'NotInUse', 'InvalidState'],
  healthy: ['FailedHealthChecks', 'DeregistrationInProgress', 'NotInUse', 'InvalidState'],
  FailedHealthChecks: ['healthy', 'DeregistrationInProgress', 'NotInUse', 'InvalidState'],
  DeregistrationInProgress: ['NotRegistered', 'RegistrationInProgress', 'NotInUse'],
  NotInUse: ['RegistrationInProgress', 'NotRegistered', 'InvalidState'],
  InvalidState: ['RegistrationInProgress', 'NotRegistered', 'NotInUse'],
};

const nameOf = ({ state, reason }: TargetHealth): string => reason?.replace(/^\w+\./, '') ?? state;

const step = fc.oneof(
  fc
    .constantFrom('register', 'deregister', 'stop', 'run', 'detach', 'attach', 'fail', 'recover')
    .map((kind) => ({ kind, ms: 0 })),
  fc
    .oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 200_000 }))
    .map((ms) => ({ kind: 'advance', ms })),
);

describe('whatever happens to a target', () => {
  it('its health changes only as it may in AWS, and it drains exactly for the delay', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const transitions = await live(steps);
        for (const { from, to } of transitions) expect(legal[nameOf(from)]).toContain(nameOf(to));
        for (const [index, { at, from }] of transitions.slice(1).entries()) {
          const before = transitions[index];
          // Each change goes on from the one before, and time never runs backwards.
          expect(before?.to).toEqual(from);
          expect(at).toBeGreaterThanOrEqual(before?.at ?? 0);
        }
        expectExactDraining(transitions);
      }),
      { numRuns: 100 },
    );
  });
});

function expectExactDraining(transitions: readonly Transition[]): void {
  for (const [index, { at, to }] of transitions.entries()) {
    const next = transitions[index + 1];
    if (to.state !== 'draining' || nameOf(next?.to ?? to) !== 'NotRegistered') continue;
    expect((next?.at ?? 0) - at).toBe(delaySeconds * 1000);
  }
}

/** Takes the steps through the API where there is one. A refusal is fine: it may change nothing, which the transitions show. */
async function live(steps: readonly { kind: string; ms: number }[]): Promise<readonly Transition[]> {
  const { sim, clock, elbv2, aGroup, anInstance } = await startAws();
  const { arn } = aGroup({ attributes: { 'deregistration_delay.timeout_seconds': String(delaySeconds) } });
  const { instanceId } = await anInstance();
  const input = { TargetGroupArn: arn, Targets: [{ Id: instanceId }] };
  const take: Readonly<Record<string, (ms: number) => unknown>> = {
    register: () => elbv2.send(new RegisterTargetsCommand(input)).catch(() => undefined),
    deregister: () => elbv2.send(new DeregisterTargetsCommand(input)),
    stop: () => sim.setInstanceState(instanceId, 'stopped'),
    run: () => sim.setInstanceState(instanceId, 'running'),
    detach: () => sim.setInUse(arn, false),
    attach: () => sim.setInUse(arn, true),
    fail: () => sim.setProbe(instanceId, 'unhealthy'),
    recover: () => sim.setProbe(instanceId, 'healthy'),
    advance: (ms) => clock.advance(ms),
  };
  for (const { kind, ms } of steps) await take[kind]?.(ms);
  await clock.advance(10 * delaySeconds * 1000);
  // Whatever was draining has left by now.
  expect(sim.targetHealth(arn, instanceId).state).not.toBe('draining');
  return sim.transitions;
}
