import { describe, expect, it } from 'vitest';
import { discoverTargetGroup } from '../../src/activities/discover.js';
import type { TargetHealth } from '../../src/domain/target-health.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, groupArn } from '../support/fake-aws.js';
import type { FakeAws } from '../support/fake-aws.js';
import { anInstance } from '../support/fake-host.js';

const instance = anInstance();
const discover = (aws: FakeAws, targetGroupArn?: string) =>
  discoverTargetGroup(dependenciesOn(aws), { instance, cluster: 'fw-prod', targetGroupArn }, anAttempt());

describe('discovering the target group', () => {
  it('finds the one group of the cluster by tag, and the tuple to register in it', async () => {
    const aws = aFakeAws({ groups: [aGroup(), aGroup({ arn: groupArn('other'), cluster: 'fw-test' })] });
    expect(await discover(aws)).toEqual({
      targetGroupArn: groupArn('firewalls'),
      target: { id: instance.instanceId },
      inServiceBefore: false,
    });
  });

  it('does not search by tag when the group was named', async () => {
    const aws = aFakeAws({ groups: [aGroup({ arn: groupArn('named') })] });
    expect(await discover(aws, groupArn('named'))).toMatchObject({ targetGroupArn: groupArn('named') });
    expect(aws.calls.filter((call) => call.startsWith('GetResources'))).toEqual([]);
  });

  it('takes the private IP in an ip group', async () => {
    const aws = aFakeAws({ groups: [aGroup({ targetType: 'ip' })] });
    expect(await discover(aws)).toMatchObject({ target: { id: instance.privateIp } });
  });

  it.each([
    { situation: 'no group carries the tag', groups: [], type: 'TargetGroupNotFound' },
    {
      situation: 'several groups carry the tag',
      groups: [aGroup(), aGroup({ arn: groupArn('second') })],
      type: 'TargetGroupAmbiguous',
    },
    { situation: 'the group speaks TCP', groups: [aGroup({ protocol: 'TCP' })], type: 'TargetGroupNotGeneve' },
    {
      situation: 'the group stands in another VPC',
      groups: [aGroup({ vpcId: 'vpc-elsewhere' })],
      type: 'TargetGroupInOtherVpc',
    },
  ])('I1: fails for good, and registers nothing, when $situation', async ({ groups, type }) => {
    const aws = aFakeAws({ groups });
    await expect(discover(aws)).rejects.toMatchObject({ type, final: true });
    expect(aws.calls.filter((call) => call.startsWith('RegisterTargets'))).toEqual([]);
  });

  it('I1: fails for good when the group that was named does not exist', async () => {
    await expect(discover(aFakeAws(), groupArn('gone'))).rejects.toMatchObject({
      type: 'TargetGroupNotFound',
      final: true,
    });
  });

  it.each<[TargetHealth, boolean]>([
    [{ state: 'unused', reason: 'Target.NotRegistered' }, false],
    [{ state: 'draining', reason: 'Target.DeregistrationInProgress' }, false],
    [{ state: 'healthy' }, true],
    [{ state: 'initial', reason: 'Elb.RegistrationInProgress' }, true],
    [{ state: 'unhealthy', reason: 'Target.FailedHealthChecks' }, true],
    [{ state: 'unused', reason: 'Target.NotInUse' }, true],
    [{ state: 'unknown' }, true],
  ])('I6: a target that is %j counts as in service before: %s', async (health, inServiceBefore) => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.scriptHealth(health);
    expect(await discover(aws)).toMatchObject({ inServiceBefore });
  });

  it('I6: does not guess when the health cannot be read, but fails, to be tried again', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.scriptHealth(awsError('Throttling'));
    await expect(discover(aws)).rejects.toMatchObject({ name: 'Throttling' });
  });

  it('I9: changes nothing, so it may run twice', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    expect(await discover(aws)).toEqual(await discover(aws));
    expect(aws.registered(groupArn('firewalls'))).toEqual([]);
  });
});
