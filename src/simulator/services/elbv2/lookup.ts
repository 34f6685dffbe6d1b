import type { TargetGroup } from '../../world/targets/target-group.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';

/** What ELBv2 calls parameters of the wrong shape. */
export const validationError = 'ValidationError';

const targetGroupArn = /^arn:[\w-]+:elasticloadbalancing:[\w-]*:\d*:targetgroup\/[\w-]+\/[0-9a-f]+$/;

/**
 * @param asOf - the time that a read which lags has got to. @default now
 * @throws `AwsError` ValidationError when `arn` is no ARN of a target group, TargetGroupNotFound when it names none.
 */
export function findTargetGroup(world: World, arn: string, asOf = Infinity): TargetGroup {
  if (!targetGroupArn.test(arn)) throw new AwsError(validationError, `'${arn}' is not a valid target group ARN`);
  const group = world.groups.get(arn);
  if (!group || group.createdAt > asOf) throw new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return group;
}
