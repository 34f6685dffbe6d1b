import { describe, expect, it } from 'vitest';
import { locateTarget } from '../../src/activities/locate.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, fakeLives, groupArn } from '../support/fake-aws.js';
import type { FakeAws, FakeAwsOptions } from '../support/fake-aws.js';

const arn = groupArn('firewalls');
const instanceId = 'i-0123456789abcdef0';
const instances = [{ instanceId, privateIp: '10.0.0.10', vpcId: 'vpc-0a1b2c3d' }];

const locate = (aws: FakeAws, input: { cluster?: string; targetGroupArn?: string } = { cluster: 'fw-prod' }) =>
  locateTarget(dependenciesOn(aws), { instanceId, ...input }, anAttempt());

describe('locating what there is to deregister', () => {
  it.each<{ situation: string; world: FakeAwsOptions; found: object }>([
    {
      situation: 'the instance id in an instance group',
      world: { groups: [aGroup()], registered: { [arn]: [{ id: instanceId }] } },
      found: { id: instanceId },
    },
    {
      situation: 'the port of its own that the target was registered on',
      world: { groups: [aGroup()], registered: { [arn]: [{ id: instanceId, port: 7_000 }] } },
      found: { id: instanceId, port: 7_000 },
    },
    {
      situation: 'the private IP in an ip group',
      world: { groups: [aGroup({ targetType: 'ip' })], instances, registered: { [arn]: [{ id: '10.0.0.10' }] } },
      found: { id: '10.0.0.10' },
    },
    {
      situation: 'the tuple that we would have used where nothing is registered',
      world: { groups: [aGroup()], registered: { [arn]: [{ id: 'i-0fffffffffffffff0' }] } },
      found: { id: instanceId },
    },
  ])('finds $situation', async ({ world, found }) => {
    expect(await locate(aFakeAws(world))).toEqual({ targetGroupArn: arn, target: found });
  });

  it('ends a running startup first, so that nothing is registered behind its back', async () => {
    const calls: string[] = [];
    const aws = aFakeAws({ groups: [aGroup()], calls });
    const dependencies = dependenciesOn(aws, { lives: fakeLives({ calls }) });
    await locateTarget(dependencies, { instanceId, cluster: 'fw-prod' }, anAttempt());
    expect(calls[0]).toBe(`end startup of ${instanceId}`);
    expect(calls).toHaveLength(4);
  });

  it('needs no cluster when the group was named', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    expect(await locate(aws, { targetGroupArn: arn })).toMatchObject({ targetGroupArn: arn });
  });

  it.each<{ situation: string; world: FakeAwsOptions; type: string }>([
    { situation: 'the cluster has no group', world: {}, type: 'TargetGroupNotFound' },
    {
      situation: 'the cluster has several groups',
      world: { groups: [aGroup(), aGroup({ arn: groupArn('second') })] },
      type: 'TargetGroupAmbiguous',
    },
    {
      situation: 'the group does not speak GENEVE',
      world: { groups: [aGroup({ protocol: 'TCP' })] },
      type: 'TargetGroupNotGeneve',
    },
    {
      situation: 'the address that an ip group is keyed by is gone',
      world: { groups: [aGroup({ targetType: 'ip' })], registered: { [arn]: [{ id: '10.0.0.99' }] } },
      type: 'TargetUnknown',
    },
  ])('I6: refuses rather than guess when $situation', async ({ world, type }) => {
    const aws = aFakeAws(world);
    await expect(locate(aws)).rejects.toMatchObject({ type, final: true });
    expect(aws.calls.filter((call) => call.startsWith('DeregisterTargets'))).toEqual([]);
  });

  it('I6: refuses when neither a cluster nor a group is known', async () => {
    await expect(locate(aFakeAws(), {})).rejects.toMatchObject({
      type: 'InvalidInput',
      final: true,
      message: `shutdown of ${instanceId}: neither a cluster nor a target group ARN is known, one is needed`,
    });
  });

  it('I6: does not take a list that could not be read for an empty one', async () => {
    const aws = aFakeAws({ groups: [aGroup()], registered: { [arn]: [{ id: instanceId, port: 7_000 }] } });
    aws.failNext('DescribeTargetHealth', awsError('Throttling'));
    await expect(locate(aws)).rejects.toMatchObject({ name: 'Throttling' });
  });
});
