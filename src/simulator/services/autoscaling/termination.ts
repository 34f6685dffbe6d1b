import { z } from 'zod';
import type { AutoScalingGroup } from '../../world/auto-scaling/auto-scaling-group.js';
import type { AutoScalingInstance } from '../../world/auto-scaling/auto-scaling-instance.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { XmlValue } from '../../wire/xml.js';
import { members } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';
import { findGroup, findMember, flag, groupName, instanceId, validationError } from './lookup.js';

/** The most instances of one call. Source: Auto Scaling API reference, TerminateInstanceInAutoScalingGroup. */
const mostInstances = 100;

const parameters = z.object({
  InstanceId: instanceId.optional(),
  InstanceIds: listOf(instanceId).pipe(z.array(z.string()).max(mostInstances).optional()),
  AutoScalingGroupName: groupName.optional(),
  ShouldDecrementDesiredCapacity: flag,
});

/**
 * TerminateInstanceInAutoScalingGroup: all of the instances, or none of them. It only begins; draining and hooks follow. Of an
 * instance that is being terminated already it answers the activity under way, and changes nothing, or refuses: see assumptions.
 */
export const terminateInstanceInAutoScalingGroup = (world: World): Action =>
  action(validationError, parameters, ({ ShouldDecrementDesiredCapacity, ...which }) => {
    const found = findMembers(world, which);
    const fresh = found.filter(({ member }) => member.termination === undefined);
    if (fresh.length < found.length && world.assumptions.repeatedTermination === 'ScalingActivityInProgress')
      throw new AwsError('ScalingActivityInProgress', 'A termination of the instance is in progress');
    if (ShouldDecrementDesiredCapacity) refuseTooSmall(fresh);
    const activities = found.map(({ group, member }) =>
      describeActivity(world, group, member, ShouldDecrementDesiredCapacity),
    );
    // One instance has its activity, several have a list of them. Source: as above.
    const result =
      which.InstanceId === undefined
        ? { Activities: members(activities) }
        : { Activity: activities[0], Activities: members([]) };
    const names = fresh.map(({ member }) => member.instanceId).join(', ');
    return fresh.length === 0 ? { result } : { result, effect: `began to terminate ${names}` };
  });

interface Member {
  readonly group: AutoScalingGroup;
  readonly member: AutoScalingInstance;
}

function findMembers(
  world: World,
  {
    InstanceId,
    InstanceIds = [],
    AutoScalingGroupName,
  }: Omit<z.output<typeof parameters>, 'ShouldDecrementDesiredCapacity'>,
): Member[] {
  if ((InstanceId === undefined) === (InstanceIds.length === 0))
    throw new AwsError(validationError, 'Exactly one of InstanceId and InstanceIds must be specified');
  if (InstanceId === undefined && AutoScalingGroupName === undefined)
    throw new AwsError(validationError, 'AutoScalingGroupName is required with InstanceIds');
  const named = AutoScalingGroupName === undefined ? undefined : findGroup(world, AutoScalingGroupName);
  const found = [...new Set(InstanceId === undefined ? InstanceIds : [InstanceId])].map((id) => findMember(world, id));
  const stranger = named && found.find(({ group }) => group !== named);
  if (stranger) {
    const { instanceId: id } = stranger.member;
    throw new AwsError(validationError, `The instance ${id} is not part of Auto Scaling group ${named.name}.`);
  }
  return found;
}

/** @throws `AwsError` ValidationError when a group would become smaller than it may be. They are all of one group. */
function refuseTooSmall(leaving: readonly Member[]): void {
  const group = leaving[0]?.group;
  if (!group || group.desiredCapacity - leaving.length >= group.settings.minSize) return;
  throw new AwsError(
    validationError,
    `Currently, desiredSize equals minSize (${group.settings.minSize}). Terminating instance without replacement will ` +
      "violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
  );
}

/** Begins the termination, or finds it under way. */
function describeActivity(
  world: World,
  group: AutoScalingGroup,
  member: AutoScalingInstance,
  decrement: boolean,
): XmlValue {
  const { subnetId, availabilityZone } = world.instance(member.instanceId);
  const { activityId, cause, startedAt } = group.terminate(member, decrement);
  return {
    ActivityId: activityId,
    AutoScalingGroupName: group.name,
    Description: `Terminating EC2 instance: ${member.instanceId}`,
    Cause: cause,
    StartTime: new Date(startedAt).toISOString(),
    StatusCode: 'InProgress',
    Progress: 0,
    Details: JSON.stringify({ 'Subnet ID': subnetId, 'Availability Zone': availabilityZone }),
  };
}
