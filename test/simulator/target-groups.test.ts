import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

const absentArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/absent/00000000000000ff';
const delay = 'deregistration_delay.timeout_seconds';

describe('DescribeTargetGroups', () => {
  it('tells what a GENEVE group is', async () => {
    const { elbv2, aGroup } = await startAws();
    const { arn, loadBalancerArn } = aGroup({ name: 'fleet', healthCheck: { protocol: 'HTTP', path: '/health' } });
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
    expect(TargetGroups).toEqual([
      {
        TargetGroupArn: arn,
        TargetGroupName: 'fleet',
        Protocol: 'GENEVE',
        Port: 6081,
        VpcId: 'vpc-1',
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: '80',
        HealthCheckPath: '/health',
        HealthCheckEnabled: true,
        HealthCheckIntervalSeconds: 10,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200-399' },
        LoadBalancerArns: [loadBalancerArn],
        TargetType: 'instance',
        IpAddressType: 'ipv4',
      },
    ]);
  });

  it('finds groups by name and by load balancer, and lists them all', async () => {
    const { elbv2, aGroup } = await startAws();
    const [one, other] = [aGroup({ name: 'one' }), aGroup({ name: 'other' })];
    const arns = async (input: object) => {
      const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand(input));
      return TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn);
    };
    expect(await arns({})).toEqual([one.arn, other.arn]);
    expect(await arns({ Names: ['other'] })).toEqual([other.arn]);
    expect(await arns({ LoadBalancerArn: one.loadBalancerArn })).toEqual([one.arn]);
  });

  it('shows a group that no listener forwards to without a load balancer', async () => {
    const { elbv2, aGroup } = await startAws();
    aGroup({ inUse: false });
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups?.[0]?.LoadBalancerArns).toEqual([]);
  });

  it('hands out pages of the size that is forced on it', async () => {
    const { elbv2, aGroup } = await startAws({ pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) aGroup({ name });
    const pages: (string | undefined)[][] = [];
    for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client: elbv2 }, {})) {
      pages.push(TargetGroups.map(({ TargetGroupName }) => TargetGroupName));
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it.each([
    ['an ARN of no group', { TargetGroupArns: [absentArn] }, 'TargetGroupNotFoundException'],
    ['a name of no group', { Names: ['absent'] }, 'TargetGroupNotFoundException'],
    ['a load balancer that is not there', { LoadBalancerArn: 'absent' }, 'LoadBalancerNotFoundException'],
    ['an ARN that is none', { TargetGroupArns: ['absent'] }, 'ValidationError'],
    ['a page that is too large', { PageSize: 401 }, 'ValidationError'],
    ['a marker that was never given out', { Marker: 'absent' }, 'ValidationError'],
  ])('refuses %s', async (_what, input, name) => {
    const { elbv2 } = await startAws();
    await expect(elbv2.send(new DescribeTargetGroupsCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('target group attributes', () => {
  it("are AWS's until they are modified", async () => {
    const { elbv2, aGroup } = await startAws();
    const { arn } = aGroup();
    const read = async () => {
      const { Attributes } = await elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }));
      return Attributes?.find(({ Key }) => Key === delay)?.Value;
    };
    expect(await read()).toBe('300');
    const modified = await elbv2.send(
      new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: [{ Key: delay, Value: '60' }] }),
    );
    expect(modified.Attributes).toContainEqual({ Key: delay, Value: '60' });
    expect(await read()).toBe('60');
  });

  it.each([
    ['an unknown key', [{ Key: 'colour', Value: 'blue' }]],
    ['a delay of more than an hour', [{ Key: delay, Value: '3601' }]],
    ['a delay that is no number', [{ Key: delay, Value: 'long' }]],
    ['failover that differs between its two causes', [{ Key: 'target_failover.on_unhealthy', Value: 'rebalance' }]],
  ])('cannot be modified to %s, nor in part', async (_what, refused) => {
    const { elbv2, aGroup } = await startAws();
    const { arn, attributes } = aGroup();
    const before = new Map(attributes);
    const Attributes = [{ Key: 'stickiness.enabled', Value: 'true' }, ...refused];
    const modify = elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
    await expect(modify).rejects.toMatchObject({ name: 'ValidationError' });
    expect(attributes).toEqual(before);
  });

  it('of a group that is not there are not found', async () => {
    const { elbv2 } = await startAws();
    await expect(
      elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: absentArn })),
    ).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });
});
