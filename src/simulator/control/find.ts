import type { SimulatedInstance } from '../environment.js';
import type { Simulator } from '../simulator.js';
import type { AutoScalingGroup } from '../world/auto-scaling/auto-scaling-group.js';
import type { TargetGroup } from '../world/targets/target-group.js';
import { ControlError } from './operation.js';

/** The target group with this name. @throws `ControlError` 404 when there is none. */
export const findTargetGroup = ({ targetGroups }: Simulator, name: string): TargetGroup =>
  targetGroups.find((group) => group.name === name) ?? missing(`no target group ${name}`);

/** The instance with this id. @throws `ControlError` 404 when there is none. */
export const findInstance = ({ instances }: Simulator, instanceId: string): SimulatedInstance =>
  instances.find((instance) => instance.instanceId === instanceId) ?? missing(`no instance ${instanceId}`);

/** The Auto Scaling group with this name. @throws `ControlError` 404 when there is none. */
export const findAutoScalingGroup = ({ autoScaling }: Simulator, name: string): AutoScalingGroup =>
  autoScaling.groups.get(name) ?? missing(`no Auto Scaling group ${name}`);

/** @throws `ControlError` 404. */
export function missing(message: string): never {
  throw new ControlError(404, message);
}
