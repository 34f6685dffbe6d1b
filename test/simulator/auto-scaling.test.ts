import type { DescribeAutoScalingGroupsCommandInput } from '@aws-sdk/client-auto-scaling';
import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLifecycleHooksCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeAutoScalingInstances,
} from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { aFleet, aServingFleet, launchHook, startAutoScaling, terminationHook } from './auto-scaling-harness.js';

/** A simulator with as many instances, all in the group `fleet`. */
async function aFleetOf(count: number) {
  const aws = await startAutoScaling();
  const instances = [];
  for (let made = 0; made < count; made++) instances.push((await aws.anInstance()).instanceId);
  const fleet = aws.sim.autoScaling.createGroup({ name: 'fleet', instances });
  return { ...aws, instances, fleet };
}

describe('DescribeAutoScalingInstances', () => {
  it('tells what an instance is in its group', async () => {
    const { client, instanceId } = await aFleet({}, { availabilityZone: 'eu-central-1b' });
    const { AutoScalingInstances } = await client.send(new DescribeAutoScalingInstancesCommand({}));
    expect(AutoScalingInstances).toEqual([
      {
        InstanceId: instanceId,
        InstanceType: 'c6in.large',
        AutoScalingGroupName: 'fleet',
        AvailabilityZone: 'eu-central-1b',
        LifecycleState: 'InService',
        HealthStatus: 'HEALTHY',
        LaunchTemplate: {
          LaunchTemplateId: 'lt-00000000000000001',
          LaunchTemplateName: 'fleet',
          Version: '1',
        },
        ProtectedFromScaleIn: false,
      },
    ]);
  });

  it('leaves out an id that is in no group, and one that is none', async () => {
    const { client, anInstance, instanceId } = await aFleet();
    const { instanceId: alone } = await anInstance();
    const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [alone, 'i-absent', instanceId] });
    const { AutoScalingInstances } = await client.send(command);
    expect(AutoScalingInstances?.map(({ InstanceId }) => InstanceId)).toEqual([instanceId]);
  });

  it('describes all when it is asked for none, an empty list at the least', async () => {
    const { client } = await startAutoScaling();
    const { AutoScalingInstances } = await client.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [] }));
    expect(AutoScalingInstances).toEqual([]);
  });

  it('hands out pages, and no empty last one', async () => {
    const { client, instances } = await aFleetOf(4);
    const pages = [];
    for await (const page of paginateDescribeAutoScalingInstances({ client, pageSize: 2 }, {}))
      pages.push(page.AutoScalingInstances?.map(({ InstanceId }) => InstanceId));
    expect(pages).toEqual([instances.slice(0, 2), instances.slice(2)]);
  });

  it('hands out 50 at most', async () => {
    const { client, instances } = await aFleetOf(51);
    const { AutoScalingInstances, NextToken } = await client.send(new DescribeAutoScalingInstancesCommand({}));
    expect(AutoScalingInstances).toHaveLength(50);
    const rest = await client.send(new DescribeAutoScalingInstancesCommand({ NextToken }));
    expect(rest.AutoScalingInstances).toMatchObject([{ InstanceId: instances[50] }]);
    expect(rest.NextToken).toBeUndefined();
  });

  it.each([
    ['a page of no size', { MaxRecords: 0 }, 'ValidationError'],
    ['a page that is too large', { MaxRecords: 51 }, 'ValidationError'],
    [
      'more than 50 ids',
      { InstanceIds: Array.from({ length: 51 }, (_none, index) => `i-${index}`) },
      'ValidationError',
    ],
    ['an id that is too long', { InstanceIds: ['i-0123456789abcdef01'] }, 'ValidationError'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidNextToken'],
  ])('refuses %s', async (_what, input, name) => {
    const { client } = await aFleet();
    await expect(client.send(new DescribeAutoScalingInstancesCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('DescribeAutoScalingGroups', () => {
  it('tells what a group is, and what is in it', async () => {
    const { client, arn, instanceId, fleet } = await aServingFleet({
      minSize: 1,
      maxSize: 3,
      healthCheckType: 'ELB',
      healthCheckGracePeriodSeconds: 60,
      tags: { 'neuwerk:cluster': 'blue' },
    });
    const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
    expect(AutoScalingGroups).toMatchObject([
      {
        AutoScalingGroupName: 'fleet',
        AutoScalingGroupARN: fleet.arn,
        MinSize: 1,
        MaxSize: 3,
        DesiredCapacity: 1,
        AvailabilityZones: ['eu-central-1a'],
        TargetGroupARNs: [arn],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 60,
        CreatedTime: new Date(Date.UTC(2026, 0, 1)),
        Instances: [{ InstanceId: instanceId, LifecycleState: 'InService', HealthStatus: 'Healthy' }],
        Tags: [{ ResourceId: 'fleet', Key: 'neuwerk:cluster', Value: 'blue' }],
        LoadBalancerNames: [],
        SuspendedProcesses: [],
      },
    ]);
    expect(fleet.arn).toMatch(
      /^arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/fleet$/,
    );
  });

  it('finds groups by name and by all of the filters, and leaves out a name that is none', async () => {
    const { client, sim } = await startAutoScaling();
    sim.autoScaling.createGroup({ name: 'blue', tags: { cluster: 'blue', stage: 'test' } });
    sim.autoScaling.createGroup({ name: 'green', tags: { cluster: 'green', stage: 'test' } });
    sim.autoScaling.createGroup({ name: 'bare' });
    const find = async (input: DescribeAutoScalingGroupsCommandInput) => {
      const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand(input));
      return AutoScalingGroups?.map(({ AutoScalingGroupName }) => AutoScalingGroupName);
    };
    expect(await find({})).toEqual(['blue', 'green', 'bare']);
    expect(await find({ AutoScalingGroupNames: ['bare', 'absent', 'blue'] })).toEqual(['blue', 'bare']);
    expect(await find({ Filters: [{ Name: 'tag:cluster', Values: ['green', 'red'] }] })).toEqual(['green']);
    expect(await find({ Filters: [{ Name: 'tag-key', Values: ['stage'] }] })).toEqual(['blue', 'green']);
    expect(
      await find({
        Filters: [
          { Name: 'tag-value', Values: ['test'] },
          { Name: 'tag:cluster', Values: ['blue'] },
        ],
      }),
    ).toEqual(['blue']);
  });

  it('leaves out the instances when it is told to', async () => {
    const { client } = await aFleet();
    const command = new DescribeAutoScalingGroupsCommand({ IncludeInstances: false });
    expect((await client.send(command)).AutoScalingGroups).toMatchObject([{ Instances: [] }]);
  });

  it('hands out pages of the size that is forced on it', async () => {
    const { client, sim } = await startAutoScaling({ pageSize: 2 });
    for (const name of ['one', 'two', 'three']) sim.autoScaling.createGroup({ name });
    const pages = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client }, {}))
      pages.push(page.AutoScalingGroups?.map(({ AutoScalingGroupName }) => AutoScalingGroupName));
    expect(pages).toEqual([['one', 'two'], ['three']]);
  });

  it.each([
    ['a page that is too large', { MaxRecords: 101 }, 'ValidationError'],
    ['a filter that is none', { Filters: [{ Name: 'colour', Values: ['blue'] }] }, 'ValidationError'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidNextToken'],
  ])('refuses %s', async (_what, input, name) => {
    const { client } = await aFleet();
    await expect(client.send(new DescribeAutoScalingGroupsCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('DescribeLifecycleHooks', () => {
  it('tells the timeouts, with AWS’s defaults and its longest wait', async () => {
    const short = { ...launchHook, heartbeatTimeoutSeconds: 30, defaultResult: 'CONTINUE' } as const;
    const { client } = await aFleet({ hooks: [terminationHook, short] });
    const command = new DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'fleet' });
    expect((await client.send(command)).LifecycleHooks).toEqual([
      {
        LifecycleHookName: 'drain',
        AutoScalingGroupName: 'fleet',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 3600,
        GlobalTimeout: 172_800,
        DefaultResult: 'ABANDON',
      },
      {
        LifecycleHookName: 'boot',
        AutoScalingGroupName: 'fleet',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 30,
        GlobalTimeout: 3000,
        DefaultResult: 'CONTINUE',
      },
    ]);
  });

  it('finds hooks by name, and leaves out a name that is none', async () => {
    const { client } = await aFleet({ hooks: [terminationHook, launchHook] });
    const LifecycleHookNames = ['boot', 'absent'];
    const command = new DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'fleet', LifecycleHookNames });
    expect((await client.send(command)).LifecycleHooks).toMatchObject([{ LifecycleHookName: 'boot' }]);
  });

  it.each([
    ['a group that is not there', { AutoScalingGroupName: 'absent' }, /^AutoScalingGroup name not found - .*absent/],
    ['no group', { AutoScalingGroupName: undefined }, /AutoScalingGroupName/],
    [
      'a name that no hook can have',
      { AutoScalingGroupName: 'fleet', LifecycleHookNames: ['a b'] },
      /LifecycleHookNames/,
    ],
  ])('refuses %s', async (_what, input, message) => {
    const { client } = await aFleet();
    await expect(client.send(new DescribeLifecycleHooksCommand(input))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(message) as string,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('an Auto Scaling group', () => {
  it('is not made of options that AWS would not take', async () => {
    const { sim, anInstance, aGroup, instanceId } = await aFleet();
    const { instanceId: stopped } = await anInstance({ state: 'stopped' });
    const { arn } = aGroup({ targetType: 'ip' });
    const make = (options: Partial<Parameters<typeof sim.autoScaling.createGroup>[0]>) => () =>
      sim.autoScaling.createGroup({ name: 'other', ...options });
    expect(make({ name: 'fleet' })).toThrow('exists already');
    expect(make({ minSize: 2 })).toThrow('desired capacity is 0, expected 2 to 100');
    expect(make({ desiredCapacity: 3, maxSize: 2 })).toThrow('desired capacity is 3, expected 0 to 2');
    expect(make({ hooks: [terminationHook, { ...launchHook, name: 'drain' }] })).toThrow('a hook name is used twice');
    expect(make({ hooks: [{ ...terminationHook, heartbeatTimeoutSeconds: 29 }] })).toThrow('heartbeatTimeoutSeconds');
    expect(make({ hooks: [{ ...terminationHook, heartbeatTimeoutSeconds: 7201 }] })).toThrow('heartbeatTimeoutSeconds');
    expect(make({ instances: [instanceId] })).toThrow('is in the Auto Scaling group fleet already');
    expect(make({ instances: [stopped] })).toThrow('is stopped, expected running');
    expect(make({ instances: ['i-absent'] })).toThrow('no instance i-absent');
    expect(make({ targetGroupArns: [arn] })).toThrow('has ip targets, expected instance');
    expect(sim.autoScaling.groups.size).toBe(1);
  });

  it('does not answer to an action that Auto Scaling has not', async () => {
    const { sim } = await startAutoScaling();
    const body = 'Action=Explode&Version=2011-01-01';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(sim.endpoint, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>InvalidAction</Code>');
  });
});
