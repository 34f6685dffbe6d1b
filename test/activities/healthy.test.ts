import { describe, expect, it } from 'vitest';
import { confirmHealthy } from '../../src/activities/healthy.js';
import type { TargetHealth } from '../../src/domain/target-health.js';
import { anAttempt, at, dawn } from '../support/attempt.js';
import type { FakeAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, groupArn } from '../support/fake-aws.js';

const arn = groupArn('firewalls');
const target = { id: 'i-0123456789abcdef0' };
const windowMs = 300_000;
const registering: TargetHealth = { state: 'initial', reason: 'Elb.RegistrationInProgress' };
const failing: TargetHealth = { state: 'unhealthy', reason: 'Target.FailedHealthChecks' };

function look(answers: (TargetHealth | Error)[], attempt: FakeAttempt = anAttempt(), within = windowMs) {
  const aws = aFakeAws({ groups: [aGroup()] });
  aws.scriptHealth(...answers);
  const input = { targetGroupArn: arn, target, windowMs: within };
  return confirmHealthy(dependenciesOn(aws), input, attempt);
}

describe('waiting for healthy', () => {
  it('tells every state on the way, once each', async () => {
    const answers = [registering, registering, failing, { state: 'healthy' } as const];
    expect(await look(answers)).toEqual([
      { ...registering, at: at(0) },
      { ...failing, at: at(3) },
      { state: 'healthy', at: at(7) },
    ]);
  });

  it('looks often at first and then every 5 s', async () => {
    const attempt = anAttempt();
    await look([registering, registering, registering, registering, registering, { state: 'healthy' }], attempt);
    expect(attempt.pauses).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('says after every look but the last that it is alive, and what the next attempt should know', async () => {
    const attempt = anAttempt();
    await look([registering, { state: 'healthy' }], attempt);
    expect(attempt.heartbeats).toEqual([{ since: dawn, observations: [{ ...registering, at: at(0) }] }]);
  });

  it('fails at once, and says what to do, when the group is attached to no listener', async () => {
    const attempt = anAttempt();
    await expect(look([registering, { state: 'unused', reason: 'Target.NotInUse' }], attempt)).rejects.toMatchObject({
      type: 'TargetNotInUse',
      final: true,
      message: expect.stringContaining('attach the target group to a Gateway Load Balancer listener') as string,
    });
    expect(attempt.elapsedSeconds).toBe(1);
  });

  it('fails at once when the group was deleted meanwhile: its target never will be healthy', async () => {
    const aws = aFakeAws();
    aws.scriptHealth(registering, { state: 'unused', reason: 'Target.NotRegistered' });
    const attempt = anAttempt();
    const waiting = confirmHealthy(dependenciesOn(aws), { targetGroupArn: arn, target, windowMs }, attempt);
    await expect(waiting).rejects.toMatchObject({
      type: 'TargetGroupNotFound',
      final: true,
      message: `target group ${arn} does not exist`,
    });
    expect(attempt.elapsedSeconds).toBe(1);
  });

  it('looks again when only the registration is not visible yet', async () => {
    expect(await look([{ state: 'unused', reason: 'Target.NotRegistered' }, { state: 'healthy' }])).toHaveLength(2);
  });

  it('I7: gives up when the window has passed, with the last state and all that was seen', async () => {
    const attempt = anAttempt();
    await expect(look([registering, failing], attempt)).rejects.toMatchObject({
      type: 'HealthTimeout',
      final: true,
      message:
        `target ${target.id} in ${arn} is unhealthy (Target.FailedHealthChecks) after 300 s, expected healthy: ` +
        "check the target group's health check against this host's /health endpoint",
      details: {
        observations: [
          { ...registering, at: at(0) },
          { ...failing, at: at(1) },
        ],
      },
    });
    expect(attempt.elapsedSeconds).toBeLessThanOrEqual(300);
    expect(attempt.elapsedSeconds).toBeGreaterThan(290);
  });

  it('I7: gives up even when AWS never once answered', async () => {
    await expect(look([awsError('ServiceUnavailable', 'later', 503)])).rejects.toMatchObject({
      type: 'HealthTimeout',
      message: expect.stringContaining('is unknown (ServiceUnavailable) after 300 s') as string,
    });
  });

  it('never takes unknown health for healthy', async () => {
    await expect(look([{ state: 'unknown' }])).rejects.toMatchObject({ type: 'HealthTimeout' });
  });
});
