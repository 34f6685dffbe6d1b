import { describe, expect, it } from 'vitest';
import { confirmDraining } from '../../src/activities/draining.js';
import type { TargetHealth } from '../../src/domain/target-health.js';
import { drainingWindowMs } from '../../src/domain/timings.js';
import { anAttempt, at, dawn } from '../support/attempt.js';
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
const confirm = (aws: FakeAws, attempt: FakeAttempt = anAttempt(), needsDelay = false) =>
  confirmDraining(
    dependenciesOn(aws),
    { targetGroupArn: arn, target, windowMs: drainingWindowMs, needsDelay },
    attempt,
  );

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
      at: dawn,
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

  it.each([
    ['nothing at all', [awsError('ServiceUnavailable', '', 503)]],
    [
      'at first that it is still healthy, and then nothing any more',
      [{ state: 'healthy' as const }, awsError('Throttling')],
    ],
  ])('I4, I6: takes a target for draining, and not for gone, of which AWS says %s', async (_what, answers) => {
    const attempt = anAttempt();
    const { verdict, observations } = await confirm(anAws(...answers), attempt);
    expect(verdict).toBe('draining');
    expect(observations.at(-1)).toMatchObject({ state: 'unknown' });
    expect(attempt.elapsedSeconds, 'it was given its whole window first').toBe(30);
  });

  it('I4: looks again where a look fails in a way that nobody foresaw', async () => {
    const attempt = anAttempt();
    const { verdict, observations } = await confirm(anAws(new TypeError('x is not iterable'), leaving), attempt);
    expect(verdict).toBe('draining');
    expect(observations).toMatchObject([{ state: 'unknown', reason: 'Unexpected' }, leaving]);
  });

  it('I4: takes a target for draining at once when AWS refuses the look for good', async () => {
    const attempt = anAttempt();
    const { verdict, observations } = await confirm(anAws(awsError('AccessDenied')), attempt);
    expect(verdict).toBe('draining');
    expect(observations).toMatchObject([{ state: 'unknown', reason: 'AccessDenied' }]);
    expect(attempt.elapsedSeconds).toBe(0);
  });

  it('does not look again for the deregistration delay alone where the drain period is given', async () => {
    const attempt = anAttempt();
    const aws = anAws(leaving);
    aws.failNext('DescribeTargetGroupAttributes', awsError('Throttling'));
    await confirm(aws, attempt);
    expect(attempt.pauses).toEqual([]);
  });

  describe('where the drain period is the deregistration delay', () => {
    const throttled = () => awsError('Throttling');

    it('I4: looks again until it is read', async () => {
      const attempt = anAttempt();
      const aws = anAws(leaving);
      aws.failNext('DescribeTargetGroupAttributes', throttled(), throttled());
      expect(await confirm(aws, attempt, true)).toMatchObject({ verdict: 'draining', deregistrationDelaySeconds: 120 });
      expect(attempt.pauses).toEqual([2_000, 2_000]);
    });

    it('I7: goes on without it when the window has passed', async () => {
      const attempt = anAttempt();
      const aws = anAws(leaving);
      aws.failNext('DescribeTargetGroupAttributes', ...Array.from({ length: 16 }, throttled));
      expect(await confirm(aws, attempt, true)).toMatchObject({
        verdict: 'draining',
        deregistrationDelaySeconds: null,
      });
      expect(attempt.elapsedSeconds).toBe(30);
    });

    it('says that the group is gone where AWS does not know it: then no flow is left that a drain period could keep', async () => {
      const aws = anAws({ state: 'unused', reason: 'Target.NotRegistered' });
      aws.failNext('DescribeTargetGroupAttributes', awsError('TargetGroupNotFoundException'));
      expect(await confirm(aws)).toMatchObject({
        verdict: 'not registered',
        deregistrationDelaySeconds: null,
        groupGone: true,
      });
    });

    it('goes on without it at once where AWS denies it', async () => {
      const attempt = anAttempt();
      const aws = anAws(leaving);
      aws.failNext('DescribeTargetGroupAttributes', awsError('AccessDenied'));
      expect(await confirm(aws, attempt, true)).toMatchObject({
        verdict: 'draining',
        deregistrationDelaySeconds: null,
      });
      expect(attempt.pauses).toEqual([]);
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
