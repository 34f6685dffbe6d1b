import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { queryProtocol } from '../../wire/protocol.js';
import type { Service } from '../service.js';
import { describeAutoScalingGroups } from './groups.js';
import { describeLifecycleHooks } from './hooks.js';
import { describeAutoScalingInstances } from './instances.js';
import { completeLifecycleAction, recordLifecycleActionHeartbeat } from './lifecycle-actions.js';
import { terminateInstanceInAutoScalingGroup } from './termination.js';

/** EC2 Auto Scaling, version 2011-01-01. */
export function autoscaling(world: World, pageSize: number | undefined): Service {
  return {
    name: 'autoscaling',
    identity: '2011-01-01',
    protocol: queryProtocol('http://autoscaling.amazonaws.com/doc/2011-01-01/'),
    unknownAction: (name) => new AwsError('InvalidAction', `Could not find operation ${name} for version 2011-01-01`),
    actions: new Map([
      ['DescribeAutoScalingInstances', describeAutoScalingInstances(world, pageSize)],
      ['DescribeAutoScalingGroups', describeAutoScalingGroups(world, pageSize)],
      ['DescribeLifecycleHooks', describeLifecycleHooks(world)],
      ['CompleteLifecycleAction', completeLifecycleAction(world)],
      ['RecordLifecycleActionHeartbeat', recordLifecycleActionHeartbeat(world)],
      ['TerminateInstanceInAutoScalingGroup', terminateInstanceInAutoScalingGroup(world)],
    ]),
  };
}
