import type { FaultRule } from '../simulator/simulator.js';
import type { Outage } from './outage.js';

/** A moment that every life has, or most. */
export type Landmark = 'start' | 'registered' | 'healthy' | 'in service' | 'startup failed' | 'way out' | 'draining';

/** The calls to AWS that change something or that a step stands for. */
export const actions = [
  'GetResources',
  'DescribeTargetGroups',
  'DescribeTargetHealth',
  'RegisterTargets',
  'DescribeInstances',
  'DeregisterTargets',
  'DescribeTargetGroupAttributes',
] as const;
export type Action = (typeof actions)[number];

/**
 * When something happens: so long after a landmark; or with the host's next such request from then on, as it arrives and has had
 * no effect yet, or once it was answered.
 */
export interface Moment {
  readonly after: Landmark;
  readonly ms: number;
  readonly request?: { readonly action: Action; readonly seen: 'arriving' | 'answered' };
}

/** What is done to a life. `againAfterMs`: when the agent is started again; never when left out. */
export type Deed =
  | { readonly kind: 'kill'; readonly againAfterMs: number | undefined }
  | { readonly kind: 'detach'; readonly againAfterMs: number }
  | { readonly kind: 'cut off'; readonly how: Outage; readonly forMs: number }
  | { readonly kind: 'force'; readonly by: 'second SIGTERM' | 'forceShutdown' | 'cancel' }
  | { readonly kind: 'ask again'; readonly drainSeconds: number | undefined }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'delete group' }
  | { readonly kind: 'revoke tokens' }
  | { readonly kind: 'fault'; readonly rule: FaultRule };

export type Incident = Deed & { readonly at: Moment };

/** What there is instead of one GENEVE group of the cluster in the instance's VPC. */
export type Group = 'right' | 'missing' | 'two' | 'not geneve' | 'other vpc';

/** Who else of the cluster works on its fleet queue. */
export type Company = 'nobody' | 'another agent' | 'a fleet worker';

/** One life, before it is lived. Nothing in it depends on anything but its seed. */
export interface Plan {
  readonly seed: number;
  readonly instanceId: string;
  readonly cluster: string;
  readonly group: Group;
  readonly targetType: 'instance' | 'ip';
  readonly namesGroup: boolean;
  readonly drainSeconds: number;
  /** Whether the agent is told to drain for the group's deregistration delay, which is `drainSeconds` then. */
  readonly byDelay: boolean;
  readonly delaySeconds: number;
  readonly tunnel: 'there' | 'not needed' | 'missing';
  readonly company: Company;
  readonly wayOut: { readonly by: 'SIGTERM' | 'operator' | 'both at once'; readonly at: Moment };
  readonly incidents: readonly Incident[];
}
