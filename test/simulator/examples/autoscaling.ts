import {
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLifecycleHooksCommand,
  RecordLifecycleActionHeartbeatCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Stage } from '../stage.js';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';
import { absentInstanceId, aGroup, anInstance, awkwardTag, longEnoughMs } from './world.js';

const drain = { name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING' } as const;
const boot = { name: 'boot', transition: 'autoscaling:EC2_INSTANCE_LAUNCHING', heartbeatTimeoutSeconds: 60 } as const;

const actionOf = (InstanceId: string, LifecycleHookName = drain.name as string) => ({
  AutoScalingGroupName: 'fleet',
  LifecycleHookName,
  InstanceId,
});

/** EC2 Auto Scaling. */
export const autoscalingExamples: Examples = {
  DescribeAutoScalingInstances: [
    answers('with instances in service, waiting for a hook, and unhealthy', async (stage) => {
      await aLeavingInstance(stage);
      return new DescribeAutoScalingInstancesCommand({});
    }),
    answers('with a page of them', async (stage) => {
      await aFleet(stage);
      return new DescribeAutoScalingInstancesCommand({ MaxRecords: 1 });
    }),
    answers('with none', () => new DescribeAutoScalingInstancesCommand({ InstanceIds: [absentInstanceId] })),
    refuses('InvalidNextToken', 'a token that was never given out', () => {
      return new DescribeAutoScalingInstancesCommand({ NextToken: 'absent' });
    }),
    refuses('ValidationError', 'a page of no size', () => new DescribeAutoScalingInstancesCommand({ MaxRecords: 0 })),
  ],
  DescribeAutoScalingGroups: [
    answers('with groups, empty and not', async (stage) => {
      await aLeavingInstance(stage);
      stage.sim.autoScaling.createGroup({ name: 'empty' });
      return new DescribeAutoScalingGroupsCommand({});
    }),
    answers('with none', () => new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['absent'] })),
    refuses('InvalidNextToken', 'a token that was never given out', () => {
      return new DescribeAutoScalingGroupsCommand({ NextToken: 'absent' });
    }),
    refuses('ValidationError', 'a filter that is none', () => {
      return new DescribeAutoScalingGroupsCommand({ Filters: [{ Name: 'colour', Values: ['blue'] }] });
    }),
  ],
  DescribeLifecycleHooks: [
    answers('with the hooks of both transitions', async (stage) => {
      await aFleet(stage);
      return new DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'fleet' });
    }),
    refuses('ValidationError', 'a group that is not there', () => {
      return new DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'absent' });
    }),
  ],
  CompleteLifecycleAction: [
    answers('with nothing', async (stage) => {
      const leaving = await aLeavingInstance(stage);
      return new CompleteLifecycleActionCommand({ ...actionOf(leaving), LifecycleActionResult: 'CONTINUE' });
    }),
    refuses('ValidationError', 'an action that is not active', async (stage) => {
      const [inService = ''] = await aFleet(stage);
      return new CompleteLifecycleActionCommand({ ...actionOf(inService), LifecycleActionResult: 'CONTINUE' });
    }),
  ],
  RecordLifecycleActionHeartbeat: [
    answers('with nothing', async (stage) => {
      return new RecordLifecycleActionHeartbeatCommand(actionOf(await aLeavingInstance(stage)));
    }),
    refuses('ValidationError', 'an action that is not active', async (stage) => {
      const [inService = ''] = await aFleet(stage);
      return new RecordLifecycleActionHeartbeatCommand(actionOf(inService));
    }),
  ],
  TerminateInstanceInAutoScalingGroup: [
    answers('with the activity of one instance', async (stage) => {
      const [InstanceId] = await aFleet(stage);
      return new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true });
    }),
    answers('with the activities of several instances', async (stage) => {
      const InstanceIds = await aFleet(stage);
      const which = { InstanceIds, AutoScalingGroupName: 'fleet' };
      return new TerminateInstanceInAutoScalingGroupCommand({ ...which, ShouldDecrementDesiredCapacity: false });
    }),
    refuses('ValidationError', 'an instance of no group', async (stage) => {
      const InstanceId = await anInstance(stage);
      return new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true });
    }),
    refuses(
      'ScalingActivityInProgress',
      'an instance that is leaving already',
      async (stage) => {
        const InstanceId = await aLeavingInstance(stage);
        return new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true });
      },
      { assumptions: { repeatedTermination: 'ScalingActivityInProgress' } },
    ),
  ],
};

/** The group `fleet` with two instances in service. */
async function aFleet(stage: Stage): Promise<string[]> {
  const instances = [await anInstance(stage), await anInstance(stage)];
  stage.sim.autoScaling.createGroup({
    name: 'fleet',
    instances,
    hooks: [drain, boot],
    targetGroupArns: [aGroup(stage, { attributes: { 'deregistration_delay.timeout_seconds': '10' } }).arn],
    tags: awkwardTag,
  });
  await stage.clock.advance(longEnoughMs);
  return instances;
}

/** One of the instances of the fleet, at which the termination hook waits. */
async function aLeavingInstance(stage: Stage): Promise<string> {
  const [leaving = ''] = await aFleet(stage);
  stage.sim.setInstanceState(leaving, 'stopped');
  await stage.clock.advance(20_000);
  return leaving;
}
