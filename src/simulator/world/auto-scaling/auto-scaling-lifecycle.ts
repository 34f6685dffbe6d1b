import type { Clock } from '../../clock.js';
import type { InstanceState } from '../instance.js';
import type { HookOrder, LifecycleHook } from './lifecycle-action.js';

/** LifecycleState of the Auto Scaling API, as far as an instance of a simulated group can be in it. */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Terminated';

/** One change of an instance's lifecycle state; `from` is undefined for the first. */
export interface LifecycleChange {
  readonly at: number;
  readonly from: LifecycleState | undefined;
  readonly to: LifecycleState;
}

/** What an instance of a group needs of EC2, of the load balancer, and of its group. Asked whenever it matters, never kept. */
export interface Surroundings {
  readonly clock: Clock;
  readonly hooks: readonly LifecycleHook[];
  readonly hookOrder: HookOrder;
  /** A UUID that was not given out before. */
  readonly newId: () => string;
  instanceState(): InstanceState;
  /** Terminates the EC2 instance. Whenever its state changes, by this or otherwise, `noticeInstance` is to be called. */
  terminateInstance(): void;
  registerTargets(): void;
  deregisterTargets(): void;
  /** Whether a target of this instance drains in one of the group's target groups. Whenever one stops, `noticeTargets` is to be called. */
  targetsDrain(): boolean;
  /** IMDS `autoscaling/target-lifecycle-state`: the steady state that the instance is heading for. */
  setTargetLifecycleState(state: 'InService' | 'Terminated'): void;
  onChange(change: LifecycleChange): void;
}
