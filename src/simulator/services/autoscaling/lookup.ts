import { z } from 'zod';
import type { AutoScalingGroup } from '../../world/auto-scaling/auto-scaling-group.js';
import type { AutoScalingInstance } from '../../world/auto-scaling/auto-scaling-instance.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';

/** What Auto Scaling calls parameters of the wrong shape, and nearly everything else that it refuses. */
export const validationError = 'ValidationError';

/** What Auto Scaling calls a token that it did not give out. */
export const invalidNextToken = 'InvalidNextToken';

/** A number of records per page. */
export const maxRecords = (largest: number) => z.coerce.number().int().min(1).max(largest).optional();

/** Name of a group. The calls about lifecycle actions take its ARN, too. */
export const groupName = z.string().min(1).max(1600);

export const instanceId = z.string().min(1).max(19);

export const hookName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9\-_/]+$/);

/** A flag of a query protocol. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** @throws `AwsError` ValidationError when there is no group of that name or ARN. */
export function findGroup(world: World, name: string): AutoScalingGroup {
  const group = world.autoScaling.group(name);
  if (!group)
    throw new AwsError(validationError, `AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`);
  return group;
}

/** The group that an instance is in, and the instance. @throws `AwsError` ValidationError when it is in none. */
export function findMember(world: World, id: string): { group: AutoScalingGroup; member: AutoScalingInstance } {
  const group = world.autoScaling.groupOf(id);
  const member = group?.instance(id);
  if (!group || !member)
    throw new AwsError(validationError, `Instance Id not found - No managed instance found for instance ID ${id}`);
  return { group, member };
}
