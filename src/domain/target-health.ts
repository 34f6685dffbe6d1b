/** Source: ELBv2 API reference, TargetHealth.State. */
export type TargetHealthState = Exclude<(typeof targetHealthStates)[number], 'unknown'>;

/** Those, and ours for all that is not known. */
export const targetHealthStates = [
  'initial',
  'healthy',
  'unhealthy',
  'unhealthy.draining',
  'unused',
  'draining',
  'unavailable',
  'unknown',
] as const;

/** A state that AWS adds one day, or an answer that could not be had, is kept as `unknown`: never healthy, never gone. */
export interface TargetHealth {
  readonly state: TargetHealthState | 'unknown';
  readonly reason?: string;
  readonly description?: string;
}

/** Anything that a step looks at again and again: a target's health, an instance, a command. */
export interface Sight {
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}

/** What was seen, and when it was first seen so (ISO 8601). */
export type Observed<Seen extends Sight> = Seen & { readonly at: string };
export type Observation = Observed<TargetHealth>;

export type HealthVerdict = 'healthy' | 'not in use' | 'look again';

/** Whether to wait on for a target that has to become healthy. Attached to no listener it never will: fail at once. */
export function judgeHealth(health: TargetHealth): HealthVerdict {
  if (health.state === 'healthy') return 'healthy';
  if (health.state === 'unused' && health.reason === 'Target.NotInUse') return 'not in use';
  return 'look again';
}

export type DrainingVerdict = 'draining' | 'not registered' | 'not in use' | 'invalid state' | 'look again';

/**
 * Whether the load balancer stopped choosing this target for new flows.
 *
 * `unused` alone does not mean deregistered; its reason does. Still `healthy` means that the deregistration is not visible yet.
 */
export function judgeDraining(health: TargetHealth): DrainingVerdict {
  if (health.state === 'draining' || health.state === 'unhealthy.draining') return 'draining';
  if (health.state !== 'unused') return 'look again';
  switch (health.reason) {
    case 'Target.NotRegistered':
      return 'not registered';
    case 'Target.NotInUse':
      return 'not in use';
    case 'Target.InvalidState':
      return 'invalid state';
    default:
      return 'look again';
  }
}

/** Appends what was seen unless it is what was seen last. */
export function observe<Seen extends Sight>(seen: readonly Observed<Seen>[], sight: Seen, at: Date): Observed<Seen>[] {
  const last = seen.at(-1);
  const same = last?.state === sight.state && last.reason === sight.reason && last.description === sight.description;
  return same ? [...seen] : [...seen, { ...sight, at: at.toISOString() }];
}

/** `draining (Target.DeregistrationInProgress)` */
export function sayHealth(health: Sight | undefined): string {
  if (health === undefined) return 'nothing';
  return health.reason === undefined ? health.state : `${health.state} (${health.reason})`;
}
