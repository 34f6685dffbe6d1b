import {
  DescribeAutoScalingGroupsCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { aFleet, aServingFleet, second, startAutoScaling, terminationHook } from './auto-scaling-harness.js';

const hooks = [terminationHook];

describe('TerminateInstanceInAutoScalingGroup', () => {
  it('answers the activity that it began', async () => {
    const { terminate, instanceId, sim } = await aFleet({ hooks });
    const { Activity } = await terminate(instanceId);
    expect(Activity).toMatchObject({
      ActivityId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      AutoScalingGroupName: 'fleet',
      Description: `Terminating EC2 instance: ${instanceId}`,
      Cause: `At 2026-01-01T00:00:00Z instance ${instanceId} was taken out of service in response to a user request.`,
      StartTime: new Date(Date.UTC(2026, 0, 1)),
      StatusCode: 'InProgress',
      Progress: 0,
    });
    expect(JSON.parse(Activity?.Details ?? '')).toEqual({
      'Subnet ID': sim.instances[0]?.subnetId,
      'Availability Zone': 'eu-central-1a',
    });
    expect(sim.requests('TerminateInstanceInAutoScalingGroup')).toMatchObject([
      { service: 'autoscaling', effect: `began to terminate ${instanceId}` },
    ]);
  });

  it('terminates the EC2 instance, which leaves the group', async () => {
    const { terminate, instanceId, sim, state, states, fleet } = await aFleet();
    await terminate(instanceId);
    expect(sim.instances[0]?.state).toBe('shutting-down');
    expect(await state(instanceId)).toBe('Terminating');
    await sim.clock.advance(15 * second);
    expect(sim.instances[0]?.state).toBe('terminated');
    expect(await state(instanceId)).toBeUndefined();
    expect(states(instanceId).map(([, to]) => to)).toEqual(['InService', 'Terminating', 'Terminated']);
    expect(fleet.instances).toEqual([]);
  });

  it('keeps the desired capacity unless it is told to decrement it', async () => {
    const { anInstance, sim, terminate } = await startAutoScaling();
    const instances = [(await anInstance()).instanceId, (await anInstance()).instanceId];
    const fleet = sim.autoScaling.createGroup({ name: 'fleet', instances });
    await terminate(instances[0] ?? '', false);
    expect(fleet.desiredCapacity).toBe(2);
    const { Activity } = await terminate(instances[1] ?? '', true);
    expect(fleet.desiredCapacity).toBe(1);
    expect(Activity?.Cause).toContain('in response to a user request, shrinking the capacity from 2 to 1.');
  });

  it('of an instance that is being terminated answers the same activity, and changes nothing', async () => {
    const { terminate, instanceId, clock, fleet, states, sim } = await aFleet({ hooks, desiredCapacity: 2 });
    const first = await terminate(instanceId, true);
    await clock.advance(10 * second);
    const again = await terminate(instanceId, true);
    expect(again.Activity).toEqual(first.Activity);
    expect(fleet.desiredCapacity).toBe(1);
    expect(states(instanceId)).toHaveLength(3);
    expect(sim.requests('TerminateInstanceInAutoScalingGroup')[1]).not.toHaveProperty('effect');
  });

  it('refuses to make the group smaller than it may be', async () => {
    const { terminate, instanceId, fleet, state } = await aFleet({ minSize: 1 });
    await expect(terminate(instanceId, true)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Currently, desiredSize equals minSize (1).') as string,
    });
    expect(fleet.desiredCapacity).toBe(1);
    expect(await state(instanceId)).toBe('InService');
    await terminate(instanceId, false);
    expect(await state(instanceId)).toBe('Terminating');
  });

  it('terminates several instances of a group, or none of them', async () => {
    const { anInstance, sim, client, state } = await startAutoScaling();
    const { instanceId: one } = await anInstance();
    const { instanceId: other } = await anInstance();
    const { instanceId: stranger } = await anInstance();
    sim.autoScaling.createGroup({ name: 'fleet', instances: [one, other], hooks, minSize: 1 });
    sim.autoScaling.createGroup({ name: 'others', instances: [stranger] });
    const send = (InstanceIds: string[], ShouldDecrementDesiredCapacity = false) => {
      const input = { AutoScalingGroupName: 'fleet', InstanceIds, ShouldDecrementDesiredCapacity };
      return client.send(new TerminateInstanceInAutoScalingGroupCommand(input));
    };
    await expect(send([one, stranger])).rejects.toThrow(
      `The instance ${stranger} is not part of Auto Scaling group fleet.`,
    );
    await expect(send([one, 'i-absent'])).rejects.toThrow('No managed instance found for instance ID i-absent');
    await expect(send([one, other], true)).rejects.toThrow('desiredSize equals minSize');
    expect([await state(one), await state(other)]).toEqual(['InService', 'InService']);
    const { Activity, Activities } = await send([one, other]);
    expect(Activity).toBeUndefined();
    expect(Activities).toMatchObject([
      { Description: `Terminating EC2 instance: ${one}` },
      { Description: `Terminating EC2 instance: ${other}` },
    ]);
    expect([await state(one), await state(other)]).toEqual(['Terminating:Wait', 'Terminating:Wait']);
  });

  it.each([
    ['an instance in no group', { InstanceId: 'i-absent' }, 'No managed instance found for instance ID i-absent'],
    ['no instance', {}, 'Exactly one of'],
    ['one instance and several', { InstanceId: 'i-1', InstanceIds: ['i-2'] }, 'Exactly one of'],
    ['several instances of no group', { InstanceIds: ['i-1'] }, 'AutoScalingGroupName'],
    ['a group that is not there', { InstanceIds: ['i-1'], AutoScalingGroupName: 'absent' }, 'name not found'],
    ['no word about the capacity', { InstanceId: 'i-1', ShouldDecrementDesiredCapacity: undefined }, 'Should'],
  ])('refuses %s', async (_what, input, message) => {
    const { client } = await aFleet();
    const command = new TerminateInstanceInAutoScalingGroupCommand({ ShouldDecrementDesiredCapacity: false, ...input });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message) as string,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('a scale-in', () => {
  it('takes the instance that is in service for longest, and decrements the desired capacity', async () => {
    const { anInstance, sim, state } = await startAutoScaling();
    const instances = [(await anInstance()).instanceId, (await anInstance()).instanceId];
    const fleet = sim.autoScaling.createGroup({ name: 'fleet', instances, hooks, minSize: 1 });
    const { cause } = fleet.scaleIn();
    expect(cause).toContain('shrinking the capacity from 2 to 1.');
    expect(await Promise.all(instances.map(state))).toEqual(['Terminating:Wait', 'InService']);
    expect(() => fleet.scaleIn()).toThrow('has its minimum size, 1');
    expect(() => fleet.scaleIn(instances[0])).toThrow('is in service');
  });

  it('tells the instance at once that it is heading for Terminated', async () => {
    const { fleet, imdsEndpoint, targetLifecycleState, anInstance, clock } = await aServingFleet({ hooks });
    expect(await targetLifecycleState((await anInstance()).imdsEndpoint)).toBeUndefined();
    expect(await targetLifecycleState(imdsEndpoint)).toBe('InService');
    fleet.scaleIn();
    expect(await targetLifecycleState(imdsEndpoint)).toBe('Terminated');
    await clock.advance(48 * 3600 * second);
    expect(await targetLifecycleState(imdsEndpoint)).toBe('Terminated');
  });

  it('waits until the target has drained before the termination hook starts', async () => {
    const { fleet, instanceId, sim, arn, state, states, clock } = await aServingFleet({ hooks });
    expect(sim.targetHealth(arn, instanceId).state).toBe('healthy');
    fleet.scaleIn();
    expect(sim.targetHealth(arn, instanceId).state).toBe('draining');
    await clock.advance(300 * second - 1);
    expect(await state(instanceId)).toBe('Terminating');
    await clock.advance(1);
    expect(await state(instanceId)).toBe('Terminating:Wait');
    expect(sim.targetHealth(arn, instanceId).reason).toBe('Target.NotRegistered');
    expect(states(instanceId)).toEqual([
      [0, 'InService'],
      [100, 'Terminating'],
      [400, 'Terminating:Wait'],
    ]);
  });

  it('passes through every state, each at its own time, in one jump of the clock', async () => {
    const { fleet, instanceId, sim, states, clock } = await aServingFleet({ hooks });
    fleet.scaleIn();
    await clock.advance(48 * 3600 * second);
    expect(states(instanceId)).toEqual([
      [0, 'InService'],
      [100, 'Terminating'],
      [400, 'Terminating:Wait'],
      [4000, 'Terminating:Proceed'],
      [4015, 'Terminated'],
    ]);
    expect(sim.instances[0]?.state).toBe('terminated');
  });

  it('waits for what is left of a draining that somebody else began', async () => {
    const { fleet, instanceId, elbv2, arn, states, clock } = await aServingFleet({ hooks });
    await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: instanceId }] }));
    await clock.advance(200 * second);
    fleet.scaleIn();
    await clock.advance(150 * second);
    expect(states(instanceId).slice(1)).toEqual([
      [300, 'Terminating'],
      [400, 'Terminating:Wait'],
    ]);
  });

  it('does not wait for a target that was deregistered before, nor for one in a group of no delay', async () => {
    const { fleet, instanceId, elbv2, arn, state, clock } = await aServingFleet({ hooks });
    await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: instanceId }] }));
    await clock.advance(300 * second);
    fleet.scaleIn();
    expect(await state(instanceId)).toBe('Terminating:Wait');
  });

  it('waits for the slowest of its target groups', async () => {
    const { aGroup, anInstance, sim, states, clock } = await startAutoScaling();
    const targetGroupArns = [30, 90, 0].map((delay) => {
      return aGroup({ attributes: { 'deregistration_delay.timeout_seconds': String(delay) } }).arn;
    });
    const { instanceId } = await anInstance();
    const fleet = sim.autoScaling.createGroup({ name: 'fleet', instances: [instanceId], targetGroupArns, hooks });
    await clock.advance(100 * second);
    fleet.scaleIn();
    await clock.advance(3600 * second);
    expect(states(instanceId).slice(1)).toEqual([
      [100, 'Terminating'],
      [190, 'Terminating:Wait'],
    ]);
  });

  it('goes on when the target group is deleted, or the target registered again', async () => {
    const deleted = await aServingFleet({ hooks });
    deleted.fleet.scaleIn();
    deleted.sim.deleteTargetGroup(deleted.arn);
    expect(await deleted.state(deleted.instanceId)).toBe('Terminating:Wait');
    const { fleet, elbv2, arn, instanceId, state } = await aServingFleet({ hooks });
    fleet.scaleIn();
    await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: instanceId }] }));
    expect(await state(instanceId)).toBe('Terminating:Wait');
  });

  it('leaves alone a target group that is not the group’s', async () => {
    const { fleet, instanceId, aGroup, elbv2, sim, clock, state } = await aServingFleet({ targetGroupArns: [], hooks });
    const { arn } = aGroup();
    await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: instanceId }] }));
    await clock.advance(60 * second);
    fleet.scaleIn();
    expect(await state(instanceId)).toBe('Terminating:Wait');
    expect(sim.targetHealth(arn, instanceId).state).toBe('healthy');
  });
});

describe('a health check', () => {
  it.each(['terminated', 'stopped'] as const)(
    'finds at once that EC2 has an instance %s, and terminates it with its hooks',
    async (found) => {
      const { sim, instanceId, client, state, states, clock, complete } = await aServingFleet({ hooks });
      sim.setInstanceState(instanceId, found);
      const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
      expect(AutoScalingGroups).toMatchObject([{ DesiredCapacity: 1, Instances: [{ HealthStatus: 'Unhealthy' }] }]);
      await clock.advance(300 * second);
      expect(await state(instanceId)).toBe('Terminating:Wait');
      await complete(instanceId, 'CONTINUE');
      await clock.advance(60 * second);
      expect(await state(instanceId)).toBeUndefined();
      expect(states(instanceId).map(([, to]) => to)).toEqual([
        'InService',
        'Terminating',
        'Terminating:Wait',
        'Terminating:Proceed',
        'Terminated',
      ]);
      expect(sim.instances[0]?.state).toBe('terminated');
    },
  );

  it('finds what TerminateInstances does, and lets an instance without hooks leave once EC2 has it terminated', async () => {
    const { ec2, instanceId, states, clock } = await aFleet();
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    await clock.advance(60 * second);
    expect(states(instanceId)).toEqual([
      [0, 'InService'],
      [0, 'Terminating'],
      [15, 'Terminated'],
    ]);
  });

  it('of type ELB terminates an instance whose target is unhealthy, once the grace period is over', async () => {
    const elb = { healthCheckType: 'ELB', healthCheckGracePeriodSeconds: 600, hooks } as const;
    const { sim, instanceId, states, clock } = await aServingFleet(elb);
    sim.setProbe(instanceId, 'unhealthy');
    await clock.advance(3600 * second);
    expect(states(instanceId).slice(1)).toEqual([
      [600, 'Terminating'],
      [900, 'Terminating:Wait'],
    ]);
  });

  it('of type ELB lets an instance live that recovers within the grace period', async () => {
    const elb = { healthCheckType: 'ELB', healthCheckGracePeriodSeconds: 600 } as const;
    const { sim, instanceId, state, clock } = await aServingFleet(elb);
    sim.setProbe(instanceId, 'unhealthy');
    await clock.advance(100 * second);
    sim.setProbe(instanceId, 'healthy');
    await clock.advance(3600 * second);
    expect(await state(instanceId)).toBe('InService');
  });

  it('of type EC2 does not look at targets', async () => {
    const { sim, instanceId, state, clock, arn } = await aServingFleet();
    sim.setProbe(instanceId, 'unhealthy');
    await clock.advance(3600 * second);
    expect(sim.targetHealth(arn, instanceId).state).toBe('unhealthy');
    expect(await state(instanceId)).toBe('InService');
  });
});
