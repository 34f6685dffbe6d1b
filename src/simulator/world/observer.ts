import type { Instance } from './instance.js';
import type { HealthChange } from './targets/target.js';
import type { TargetGroup } from './targets/target-group.js';

/** A change of a target's health, and whose. */
export interface Transition extends HealthChange {
  readonly targetGroupArn: string;
  readonly targetId: string;
}

/** Somebody who is told what happens in the world, right after it happened. */
export interface WorldObserver {
  readonly onTransition?: (transition: Transition) => void;
  readonly onInstanceChanged?: (instance: Instance) => void;
  readonly onGroupChanged?: (group: TargetGroup) => void;
  readonly onGroupDeleted?: (group: TargetGroup) => void;
}
