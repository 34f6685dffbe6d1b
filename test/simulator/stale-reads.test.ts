import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { describe, expect, it } from 'vitest';
import { aTarget, startAws } from './harness.js';

const second = 1000;
const lag = { kind: 'staleRead', seconds: 10 } as const;

describe('a stale read', () => {
  it('does not see a registration until the lag is over, and then does', async () => {
    const { sim, clock, register, health, listed } = await aTarget();
    await clock.advance(60 * second);
    sim.addFault(lag);
    await register();
    expect(await health()).toBe('unused/Target.NotRegistered');
    expect(await listed()).toEqual([]);
    await clock.advance(10 * second);
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
    expect(await listed()).toHaveLength(1);
  });

  it('still sees a target healthy that drains', async () => {
    const { sim, clock, register, deregister, health } = await aTarget();
    await register();
    await clock.advance(120 * second);
    await deregister();
    sim.addFault(lag);
    expect(await health()).toBe('healthy');
    await clock.advance(10 * second);
    expect(await health()).toBe('draining/Target.DeregistrationInProgress');
  });

  it('knows neither a target group nor its tags before the lag is over', async () => {
    const { sim, clock, elbv2, tagging, aGroup } = await startAws();
    await clock.advance(60 * second);
    const { arn } = aGroup({ tags: { 'neuwerk:cluster': 'blue' } });
    sim.addFault(lag);
    const health = () => elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    const resources = async () => (await tagging.send(new GetResourcesCommand({}))).ResourceTagMappingList;
    expect((await elbv2.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toEqual([]);
    await expect(health()).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    expect(await resources()).toEqual([]);
    await clock.advance(10 * second);
    expect((await elbv2.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toHaveLength(1);
    expect(await resources()).toHaveLength(1);
    await health();
  });

  it('shows the tags before the last change', async () => {
    const { sim, clock, elbv2, aGroup } = await startAws();
    const { arn } = aGroup({ tags: { stage: 'old' } });
    await clock.advance(60 * second);
    await elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: 'stage', Value: 'new' }] }));
    const tags = async () =>
      (await elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).TagDescriptions?.[0]?.Tags;
    expect(await tags()).toEqual([{ Key: 'stage', Value: 'new' }]);
    sim.addFault(lag);
    expect(await tags()).toEqual([{ Key: 'stage', Value: 'old' }]);
  });

  it('shows an instance in the state before, and not at all before its launch', async () => {
    const { sim, clock, ec2, anInstance } = await startAws();
    await clock.advance(60 * second);
    const { instanceId } = await anInstance();
    const states = async () =>
      (await ec2.send(new DescribeInstancesCommand({}))).Reservations?.flatMap(({ Instances = [] }) =>
        Instances.map(({ State }) => State?.Name),
      );
    sim.addFault(lag);
    expect(await states()).toEqual([]);
    await clock.advance(30 * second);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    expect(await states()).toEqual(['running']);
    await clock.advance(10 * second);
    expect(await states()).toEqual(['shutting-down']);
  });

  it('is a matter of reads: a write is done on the world as it is', async () => {
    const {
      sim,
      clock,
      register,
      deregister,
      sim: { transitions },
    } = await aTarget();
    await register();
    await clock.advance(120 * second);
    sim.addFault(lag);
    await deregister();
    expect(transitions.at(-1)?.to.state).toBe('draining');
  });
});
