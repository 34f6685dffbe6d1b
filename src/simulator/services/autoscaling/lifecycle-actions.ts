import { z } from 'zod';
import type { AutoScalingInstance } from '../../world/auto-scaling/auto-scaling-instance.js';
import { lifecycleActionResults } from '../../world/auto-scaling/lifecycle-action.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { Action } from '../service.js';
import { action } from '../service.js';
import { findGroup, groupName, hookName, instanceId, validationError } from './lookup.js';

/** Length of a LifecycleActionToken. Source: Auto Scaling API reference, CompleteLifecycleAction. */
const tokenLength = 36;

const heartbeatParameters = z.object({
  AutoScalingGroupName: groupName,
  LifecycleHookName: hookName,
  LifecycleActionToken: z.string().length(tokenLength).optional(),
  InstanceId: instanceId.optional(),
});

const completeParameters = heartbeatParameters.extend({ LifecycleActionResult: z.enum(lifecycleActionResults) });

/** CompleteLifecycleAction, by instance id or by token. Repeating it is an error: the action is not active any more. */
export const completeLifecycleAction = (world: World): Action =>
  action(validationError, completeParameters, ({ LifecycleActionResult, ...which }) => {
    const { member, token } = findAction(world, which);
    member.complete(token, LifecycleActionResult);
    return {
      result: {},
      effect: `completed ${which.LifecycleHookName} of ${member.instanceId}: ${LifecycleActionResult}`,
    };
  });

/** RecordLifecycleActionHeartbeat: the heartbeat timeout starts over; the global timeout does not. */
export const recordLifecycleActionHeartbeat = (world: World): Action =>
  action(validationError, heartbeatParameters, (which) => {
    const { member, token } = findAction(world, which);
    member.beat(token);
    return { result: {}, effect: `heartbeat for ${which.LifecycleHookName} of ${member.instanceId}` };
  });

/** @throws `AwsError` ValidationError when no action of that hook is active, in the words that clients match. */
function findAction(
  world: World,
  { AutoScalingGroupName, LifecycleHookName, ...which }: z.output<typeof heartbeatParameters>,
): { member: AutoScalingInstance; token: string } {
  const { LifecycleActionToken, InstanceId } = which;
  const group = findGroup(world, AutoScalingGroupName);
  if (LifecycleActionToken === undefined && InstanceId === undefined)
    throw new AwsError(validationError, 'Either LifecycleActionToken or InstanceId must be specified');
  const found = group.instances
    .filter((member) => InstanceId === undefined || member.instanceId === InstanceId)
    .flatMap((member) => member.actions.map(({ hook, token }) => ({ member, hook, token })))
    .find(
      ({ hook, token }) =>
        hook.name === LifecycleHookName && (LifecycleActionToken === undefined || token === LifecycleActionToken),
    );
  if (found) return found;
  const named =
    LifecycleActionToken === undefined ? `instance ID ${InstanceId ?? ''}` : `token ${LifecycleActionToken}`;
  throw new AwsError(validationError, `No active Lifecycle Action found with ${named}`);
}
