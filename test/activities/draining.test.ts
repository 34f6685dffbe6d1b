import { describe, expect, it } from 'vitest';
import { confirmDraining } from '../../src/activities/draining.js';
import type { TargetHealth } from '../../src/domain/target-health.js';
import { drainingWindowMs } from '../../src/domain/timings.js';
import { anAttempt, at } from '../support/attempt.js';
import type { FakeAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, groupArn } from '../support/fake-aws.js';
import type { FakeAws } from '../support/fake-aws.js';

const arn = groupArn('firewalls');
const target = { id: 'i-0123456789abcdef0' };
const leaving: TargetHealth = { state: 'draining', reason: 'Target.DeregistrationInProgress' };

function anAws(...answers: (TargetHealth | Error)[]): FakeAws {
  const aws = aFakeAws({ groups: [aGroup({ deregistrationDelaySeconds: 120 })] });
  aws.scriptHealth(...answers);
  return aws;
}
const confirm = (aws: FakeAws, attempt: FakeAttempt = anAttempt()) =>
  confirmDraining(dependenciesOn(aws), { targetGroupArn: arn, target, windowMs: drainingWindowMs }, attempt);

describe('confirming that the target drains', () => {
  it('looks every 2 s while the deregistration is not visible yet', async () => {
    const attempt = anAttempt();
    const { verdict } = await confirm(anAws({ state: 'healthy' }, { state: 'healthy' }, leaving), attempt);
    expect(verdict).toBe('draining');
    expect(attempt.pauses).toEqual([2_000, 2_000]);
  });

  it("brings the group's deregistration delay along", async () => {
    expect(await confirm(anAws(leaving))).toEqual({
      verdict: 'draining',
      observations: [{ ...leaving, at: at(0) }],
      deregistrationDelaySeconds: 120,
    });
  });

  it.each([
    ['AWS denies it', awsError('AccessDenied')],
    ['AWS does not answer', awsError('TimeoutError')],
  ])('goes on without the deregistration delay when %s', async (_situation, error) => {
    const aws = anAws(leaving);
    aws.failNext('DescribeTargetGroupAttributes', error);
    expect(await confirm(aws)).toMatchObject({ verdict: 'draining', deregistrationDelaySeconds: null });
  });

  it.each<[string, string]>([
    ['Target.NotRegistered', 'not registered'],
    ['Target.NotInUse', 'not in use'],
    ['Target.InvalidState', 'invalid state'],
  ])('is over at once for a target that is unused (%s)', async (reason, verdict) => {
    const attempt = anAttempt();
    expect(await confirm(anAws({ state: 'unused', reason }), attempt)).toMatchObject({ verdict });
    expect(attempt.pauses).toEqual([]);
  });

  it('I6: does not take a target for gone because AWS could not be asked', async () => {
    await expect(confirm(anAws(awsError('ServiceUnavailable', '', 503)))).rejects.toMatchObject({
      type: 'DrainingTimeout',
    });
  });

  it('I7: gives up after 30 s, in the words of the specification, with every state seen', async () => {
    const attempt = anAttempt();
    const stuck: TargetHealth = { state: 'unhealthy', reason: 'Target.Timeout' };
    await expect(confirm(anAws({ state: 'healthy' }, stuck), attempt)).rejects.toMatchObject({
      type: 'DrainingTimeout',
      final: true,
      message:
        'timeout waiting for draining state - forcing shutdown: ' +
        `target ${target.id} is unhealthy (Target.Timeout) after 30 s`,
      details: {
        observations: [
          { state: 'healthy', at: at(0) },
          { ...stuck, at: at(2) },
        ],
      },
    });
    expect(attempt.elapsedSeconds).toBe(30);
  });
});
