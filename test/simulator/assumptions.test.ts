import { readFileSync } from 'node:fs';
import { DeregisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { assumptionsSchema } from '../../src/simulator/assumptions.js';
import type { AssumptionsInput } from '../../src/simulator/assumptions.js';
import { aTarget } from './harness.js';

const second = 1000;
const under = (assumptions: AssumptionsInput, group = {}) => aTarget(group, {}, { assumptions });

describe('what is assumed of AWS', () => {
  it('is all in the documentation, with its default', () => {
    const text = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
    const defaults = assumptionsSchema.parse({});
    for (const [name, value] of Object.entries(defaults)) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      expect(row, `docs/simulator.md has no row for ${name}`).toBeDefined();
      expect(row, `the row for ${name}`).toContain(`| ${String(value)} `);
    }
  });

  it('is refused where it is not known', () => {
    expect(() => assumptionsSchema.parse({ moonPhase: 'full' })).toThrow('moonPhase');
  });

  it('registrationSeconds: how long a registration takes', async () => {
    const { clock, register, health } = await under(
      { registrationSeconds: 100 },
      { registrationDelaySeconds: undefined },
    );
    await register();
    await clock.advance(100 * second - 1);
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
    await clock.advance(1);
    expect(await health()).toBe('initial/Elb.InitialHealthChecking');
  });

  it('firstProbe: five checks then take one interval less', async () => {
    const { clock, register, health } = await under({ firstProbe: 'at-once' });
    await register();
    await clock.advance(45 * second);
    expect(await health()).toBe('healthy');
  });

  it.each([
    ['initial', 'initial/Elb.RegistrationInProgress'],
    ['resume', 'healthy'],
  ] as const)('registerWhileDraining: %s', async (registerWhileDraining, expected) => {
    const { clock, register, deregister, health } = await under({ registerWhileDraining });
    await register();
    await clock.advance(120 * second);
    await deregister();
    await clock.advance(100 * second);
    await register();
    expect(await health()).toBe(expected);
    await clock.advance(120 * second);
    expect(await health()).toBe('healthy');
  });

  it.each([
    ['gone', 'unused/Target.NotRegistered'],
    ['draining', 'draining/Target.DeregistrationInProgress'],
  ] as const)('deregisterWhileUnused: %s', async (deregisterWhileUnused, expected) => {
    const { register, deregister, health } = await under({ deregisterWhileUnused }, { inUse: false });
    await register();
    await deregister();
    expect(await health()).toBe(expected);
  });

  it('deregisterUnknown: InvalidTarget, and then nothing is deregistered', async () => {
    const { elbv2, arn, id, register, health } = await under({ deregisterUnknown: 'InvalidTarget' });
    await register();
    const both = { TargetGroupArn: arn, Targets: [{ Id: id }, { Id: 'i-0123456789abcdef0' }] };
    await expect(elbv2.send(new DeregisterTargetsCommand(both))).rejects.toMatchObject({
      name: 'InvalidTargetException',
    });
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
  });

  it.each([
    ['drain', 'draining/Target.DeregistrationInProgress'],
    ['gone', 'unused/Target.NotRegistered'],
  ] as const)('stopWhileDraining: %s', async (stopWhileDraining, expected) => {
    const { sim, instanceId, register, deregister, health } = await under({ stopWhileDraining });
    await register();
    await deregister();
    sim.setInstanceState(instanceId, 'stopped');
    expect(await health()).toBe(expected);
  });

  it.each([
    ['invalid-state', 'unused/Target.InvalidState', 'unused/Target.InvalidState'],
    ['draining', 'draining/Target.DeregistrationInProgress', 'unused/Target.NotRegistered'],
  ] as const)('terminateWhileRegistered: %s', async (terminateWhileRegistered, then, later) => {
    const { sim, clock, instanceId, register, health } = await under({ terminateWhileRegistered });
    await register();
    sim.setInstanceState(instanceId, 'terminated');
    expect(await health()).toBe(then);
    await clock.advance(300 * second);
    expect(await health()).toBe(later);
  });
});
