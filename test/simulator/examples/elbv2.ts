import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Stage } from '../stage.js';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';
import { absentGroupArn, aGroup, anInstance, awkwardTag, longEnoughMs, register, vpcId } from './world.js';

const geneve = { Name: 'appliances', Protocol: 'GENEVE', Port: 6081, VpcId: vpcId } as const;

/** One more than 50. */
const tooManyTags = Array.from({ length: 51 }, (_, index) => ({ Key: `key-${index}`, Value: '' }));

/** ELBv2. */
export const elbv2Examples: Examples = {
  CreateTargetGroup: [
    answers(
      'with the new group',
      () => new CreateTargetGroupCommand({ ...geneve, Tags: [{ Key: 'a', Value: '<b>' }] }),
    ),
    answers('with the group that is there already', (stage) => {
      aGroup(stage, { name: geneve.Name, inUse: true, healthCheck: { protocol: 'HTTP' } });
      return new CreateTargetGroupCommand({ ...geneve, HealthCheckProtocol: 'HTTP' });
    }),
    refuses('DuplicateTargetGroupName', 'the same name with other settings', (stage) => {
      aGroup(stage, { name: geneve.Name, targetType: 'ip' });
      return new CreateTargetGroupCommand(geneve);
    }),
    refuses('TooManyTags', 'more tags than a resource may have', () => {
      return new CreateTargetGroupCommand({ ...geneve, Tags: tooManyTags });
    }),
    refuses(
      'ValidationError',
      'another port than GENEVE’s',
      () => new CreateTargetGroupCommand({ ...geneve, Port: 80 }),
    ),
  ],
  AddTags: [
    answers('with nothing', (stage) => {
      const Tags = [{ Key: 'neuwerk:cluster', Value: 'blue' }];
      return new AddTagsCommand({ ResourceArns: [aGroup(stage).arn], Tags });
    }),
    refuses('TargetGroupNotFound', 'a group that is not there', () => {
      return new AddTagsCommand({ ResourceArns: [absentGroupArn], Tags: [{ Key: 'a' }] });
    }),
    refuses('DuplicateTagKeys', 'a tag that is given twice', (stage) => {
      return new AddTagsCommand({ ResourceArns: [aGroup(stage).arn], Tags: [{ Key: 'a' }, { Key: 'a' }] });
    }),
    refuses('TooManyTags', 'more tags than a resource may have', (stage) => {
      return new AddTagsCommand({ ResourceArns: [aGroup(stage).arn], Tags: tooManyTags });
    }),
    refuses('ValidationError', 'a tag of AWS’s own', (stage) => {
      return new AddTagsCommand({ ResourceArns: [aGroup(stage).arn], Tags: [{ Key: 'aws:name', Value: 'a' }] });
    }),
  ],
  RemoveTags: [
    answers('with nothing', (stage) => {
      const { arn } = aGroup(stage, { tags: awkwardTag });
      return new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: Object.keys(awkwardTag) });
    }),
    refuses('TargetGroupNotFound', 'a group that is not there', () => {
      return new RemoveTagsCommand({ ResourceArns: [absentGroupArn], TagKeys: ['a'] });
    }),
  ],
  DescribeTags: [
    answers('with groups that have tags, and one that has none', (stage) => {
      const groups = [aGroup(stage, { tags: { ...awkwardTag, Name: '' } }), aGroup(stage)];
      return new DescribeTagsCommand({ ResourceArns: groups.map(({ arn }) => arn) });
    }),
    refuses('TargetGroupNotFound', 'a group that is not there', () => {
      return new DescribeTagsCommand({ ResourceArns: [absentGroupArn] });
    }),
    refuses('ValidationError', 'no group at all', () => new DescribeTagsCommand({ ResourceArns: [] })),
  ],
  DescribeTargetGroups: [
    answers('with groups of every kind', (stage) => {
      aGroup(stage, { tags: awkwardTag });
      aGroup(stage, { healthCheck: { protocol: 'HTTP', path: '/health?a=1&b=2', port: 'traffic-port' } });
      aGroup(stage, { targetType: 'ip', inUse: false });
      return new DescribeTargetGroupsCommand({});
    }),
    answers('with a page of them', (stage) => {
      for (const name of ['one', 'two', 'three']) aGroup(stage, { name });
      return new DescribeTargetGroupsCommand({ PageSize: 2 });
    }),
    answers('with none', () => new DescribeTargetGroupsCommand({})),
    refuses(
      'TargetGroupNotFound',
      'an ARN that is nobody’s',
      () => new DescribeTargetGroupsCommand({ TargetGroupArns: [absentGroupArn] }),
    ),
    refuses(
      'LoadBalancerNotFound',
      'a load balancer that is not there',
      () =>
        new DescribeTargetGroupsCommand({ LoadBalancerArn: absentGroupArn.replace('targetgroup', 'loadbalancer/gwy') }),
    ),
    refuses('ValidationError', 'a page of no size', () => new DescribeTargetGroupsCommand({ PageSize: 0 })),
  ],
  DescribeTargetGroupAttributes: [
    answers('with all attributes', (stage) => {
      const { arn } = aGroup(stage, { attributes: { 'deregistration_delay.timeout_seconds': '60' } });
      return new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn });
    }),
    refuses(
      'TargetGroupNotFound',
      'a group that is not there',
      () => new DescribeTargetGroupAttributesCommand({ TargetGroupArn: absentGroupArn }),
    ),
  ],
  ModifyTargetGroupAttributes: [
    answers('with the attributes after the change', (stage) => {
      const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '120' }];
      return new ModifyTargetGroupAttributesCommand({ TargetGroupArn: aGroup(stage).arn, Attributes });
    }),
    refuses('TargetGroupNotFound', 'a group that is not there', () => {
      const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '120' }];
      return new ModifyTargetGroupAttributesCommand({ TargetGroupArn: absentGroupArn, Attributes });
    }),
    refuses('ValidationError', 'an attribute that is none', (stage) => {
      const Attributes = [{ Key: 'colour', Value: 'blue' }];
      return new ModifyTargetGroupAttributesCommand({ TargetGroupArn: aGroup(stage).arn, Attributes });
    }),
  ],
  RegisterTargets: [
    answers('with nothing', async (stage) => {
      const Targets = [{ Id: await anInstance(stage) }, { Id: await anInstance(stage), Port: 6081 }];
      return new RegisterTargetsCommand({ TargetGroupArn: aGroup(stage).arn, Targets });
    }),
    refuses(
      'TargetGroupNotFound',
      'a group that is not there',
      () => new RegisterTargetsCommand({ TargetGroupArn: absentGroupArn, Targets: [{ Id: 'i-00000001' }] }),
    ),
    refuses('InvalidTarget', 'an instance that is not there', (stage) => {
      return new RegisterTargetsCommand({ TargetGroupArn: aGroup(stage).arn, Targets: [{ Id: 'i-00000001' }] });
    }),
    refuses('ValidationError', 'no target at all', (stage) => {
      return new RegisterTargetsCommand({ TargetGroupArn: aGroup(stage).arn, Targets: [] });
    }),
  ],
  DeregisterTargets: [
    answers('with nothing', async (stage) => {
      const group = aGroup(stage);
      const id = await anInstance(stage);
      await register(stage, group, id);
      return new DeregisterTargetsCommand({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    }),
    refuses(
      'TargetGroupNotFound',
      'a group that is not there',
      () => new DeregisterTargetsCommand({ TargetGroupArn: absentGroupArn, Targets: [{ Id: 'i-00000001' }] }),
    ),
  ],
  DescribeTargetHealth: [
    answers('with targets in every state', async (stage) => {
      const { arn } = await targetsInEveryState(stage);
      return new DescribeTargetHealthCommand({ TargetGroupArn: arn });
    }),
    answers('with a target that is not registered', async (stage) => {
      const Targets = [{ Id: await anInstance(stage) }];
      return new DescribeTargetHealthCommand({ TargetGroupArn: aGroup(stage).arn, Targets });
    }),
    answers('with a group that is not in use', async (stage) => {
      const group = aGroup(stage, { inUse: false });
      await register(stage, group, await anInstance(stage));
      return new DescribeTargetHealthCommand({ TargetGroupArn: group.arn });
    }),
    answers('with none', (stage) => new DescribeTargetHealthCommand({ TargetGroupArn: aGroup(stage).arn })),
    refuses(
      'TargetGroupNotFound',
      'a group that is not there',
      () => new DescribeTargetHealthCommand({ TargetGroupArn: absentGroupArn }),
    ),
    refuses(
      'ValidationError',
      'an ARN that is none',
      () => new DescribeTargetHealthCommand({ TargetGroupArn: 'targets <1>' }),
    ),
  ],
};

/** Healthy, unhealthy for several reasons, stopped, draining, being checked and being registered. */
async function targetsInEveryState(stage: Stage) {
  const group = aGroup(stage, { healthCheck: { protocol: 'HTTP', port: 'traffic-port' } });
  const healthy = await anInstance(stage);
  const unhealthy = await anInstance(stage, { probe: 'unhealthy' });
  const stopped = await anInstance(stage);
  const draining = await anInstance(stage);
  await register(stage, group, healthy, unhealthy, stopped, draining);
  await stage.clock.advance(longEnoughMs);
  stage.sim.setInstanceState(stopped, 'stopped');
  await stage.send('elbv2', new DeregisterTargetsCommand({ TargetGroupArn: group.arn, Targets: [{ Id: draining }] }));
  await register(stage, group, await anInstance(stage));
  await stage.clock.advance(6_000);
  await register(stage, group, await anInstance(stage));
  return group;
}
