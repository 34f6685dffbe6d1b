import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DescribeTagsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

const geneve = { Name: 'appliances', Protocol: 'GENEVE', Port: 6081, VpcId: 'vpc-1' } as const;

async function anAws() {
  const aws = await startAws();
  return {
    ...aws,
    create: (input: Partial<CreateTargetGroupCommandInput> = {}) =>
      aws.elbv2.send(new CreateTargetGroupCommand({ ...geneve, ...input })),
    tagsOf: async (arn: string) =>
      (await aws.elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).TagDescriptions?.[0]?.Tags,
  };
}

describe('CreateTargetGroup', () => {
  it('makes a group with the health check that was asked for, and defaults for the rest', async () => {
    const { create } = await anAws();
    const { TargetGroups } = await create({
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthCheckPort: '8080',
      HealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
    });
    expect(TargetGroups).toMatchObject([
      {
        TargetGroupName: 'appliances',
        Protocol: 'GENEVE',
        Port: 6081,
        TargetType: 'instance',
        HealthCheckProtocol: 'HTTP',
        HealthCheckPath: '/health',
        HealthCheckPort: '8080',
        HealthCheckIntervalSeconds: 10,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200' },
        LoadBalancerArns: [],
      },
    ]);
  });

  it('makes a group that no listener forwards to: its targets are unused until one does', async () => {
    const { create, sim, elbv2, anInstance } = await anAws();
    const { TargetGroups: [group] = [] } = await create();
    const { instanceId } = await anInstance();
    const input = { TargetGroupArn: group?.TargetGroupArn, Targets: [{ Id: instanceId }] };
    await elbv2.send(new RegisterTargetsCommand(input));
    const health = async () =>
      (await elbv2.send(new DescribeTargetHealthCommand(input))).TargetHealthDescriptions?.[0]?.TargetHealth?.Reason;
    expect(await health()).toBe('Target.NotInUse');
    sim.setInUse(group?.TargetGroupArn ?? '', true);
    expect(await health()).toBe('Elb.RegistrationInProgress');
  });

  it('is idempotent for the same settings, and refuses the name with others', async () => {
    const { create, sim } = await anAws();
    const [{ TargetGroups: first }, { TargetGroups: second }] = [await create(), await create()];
    expect(second?.[0]?.TargetGroupArn).toBe(first?.[0]?.TargetGroupArn);
    expect(sim.targetGroups).toHaveLength(1);
    await expect(create({ TargetType: 'ip' })).rejects.toMatchObject({ name: 'DuplicateTargetGroupNameException' });
    await expect(create({ HealthCheckPort: '8080' })).rejects.toMatchObject({
      name: 'DuplicateTargetGroupNameException',
    });
  });

  it.each<[string, Partial<CreateTargetGroupCommandInput>]>([
    ['another port for GENEVE', { Port: 80 }],
    ['a name that ends in a hyphen', { Name: 'appliances-' }],
    ['a name that is too long', { Name: 'a'.repeat(33) }],
    ['a protocol that is none', { Protocol: 'CARRIER_PIGEON' as 'TCP' }],
    ['an interval below five seconds', { HealthCheckIntervalSeconds: 4 }],
    ['a path that is none', { HealthCheckPath: 'health' }],
    ['a matcher that is none', { Matcher: { HttpCode: 'fine' } }],
    ['no VPC', { VpcId: undefined }],
    [
      'a tag key that comes twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
    ],
    ['a tag key that is reserved', { Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'x' }] }],
  ])('refuses %s', async (_what, input) => {
    const { create, sim } = await anAws();
    await expect(create(input)).rejects.toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } });
    expect(sim.targetGroups).toEqual([]);
  });
});

describe('the tags of a target group', () => {
  it('can be given, changed and taken away, and the tagging API sees them', async () => {
    const { create, elbv2, tagging, tagsOf } = await anAws();
    const { TargetGroups: [group] = [] } = await create({ Tags: [{ Key: 'stage', Value: 'test' }] });
    const ResourceArns = [group?.TargetGroupArn ?? ''];
    const [arn = ''] = ResourceArns;
    const Tags = [
      { Key: 'stage', Value: 'live' },
      { Key: 'neuwerk:cluster', Value: 'blue' },
    ];
    await elbv2.send(new AddTagsCommand({ ResourceArns, Tags }));
    expect(await tagsOf(arn)).toEqual(Tags);
    const found = await tagging.send(
      new GetResourcesCommand({ TagFilters: [{ Key: 'neuwerk:cluster', Values: ['blue'] }] }),
    );
    expect(found.ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN)).toEqual([arn]);
    await elbv2.send(new RemoveTagsCommand({ ResourceArns, TagKeys: ['neuwerk:cluster', 'absent'] }));
    expect(await tagsOf(arn)).toEqual([{ Key: 'stage', Value: 'live' }]);
  });

  it('that are all gone leave the group in the list of the tagging API, without tags', async () => {
    const { create, elbv2, tagging } = await anAws();
    const { TargetGroups: [group] = [] } = await create({ Tags: [{ Key: 'stage', Value: 'test' }] });
    const ResourceArns = [group?.TargetGroupArn ?? ''];
    await elbv2.send(new RemoveTagsCommand({ ResourceArns, TagKeys: ['stage'] }));
    const { ResourceTagMappingList } = await tagging.send(new GetResourcesCommand({}));
    expect(ResourceTagMappingList).toEqual([{ ResourceARN: ResourceArns[0], Tags: [] }]);
  });

  const tag = (Key: string) => ({ Key, Value: 'x' });
  it.each([
    ['two values for one key', [tag('a'), tag('a')], 'DuplicateTagKeysException'],
    ['more than fifty', Array.from({ length: 51 }, (_, index) => tag(`key-${index}`)), 'TooManyTagsException'],
    ['none', [], 'ValidationError'],
    ['a reserved key', [tag('aws:x')], 'ValidationError'],
  ])('refuse %s, and stay as they were', async (_what, Tags, name) => {
    const { aGroup, elbv2, tagsOf } = await anAws();
    const { arn } = aGroup({ tags: { stage: 'test' } });
    await expect(elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags }))).rejects.toMatchObject({ name });
    expect(await tagsOf(arn)).toEqual([{ Key: 'stage', Value: 'test' }]);
  });

  it('can be read of twenty groups at once, and no more', async () => {
    const { aGroup, elbv2 } = await anAws();
    const arns = Array.from({ length: 21 }, () => aGroup().arn);
    const describe = (ResourceArns: string[]) => elbv2.send(new DescribeTagsCommand({ ResourceArns }));
    expect((await describe(arns.slice(1))).TagDescriptions).toHaveLength(20);
    await expect(describe(arns)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(describe([])).rejects.toMatchObject({ name: 'ValidationError' });
    const absent = (arns[0] ?? '').replace(/.$/, 'f');
    await expect(describe([absent])).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });
});
