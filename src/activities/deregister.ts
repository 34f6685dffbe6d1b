import type { RegisteredTarget } from '../domain/target-group.js';
import { aliveBeat } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';

export interface Deregistered {
  /** When AWS had taken it, in milliseconds since the epoch, by Temporal's clock: not later than that. */
  readonly at: number;
}

/**
 * Takes the target out of its group: no new flows from here on. `/health` answers 503 first (I2).
 *
 * Safe to repeat (I9); a target or a group that is gone already counts as done.
 *
 * @throws AwsDenied, AwsRefused (final); AwsThrottled, AwsUnavailable (retryable).
 */
export async function deregisterTarget(
  { targetGroups, host, metrics }: AwsDependencies,
  { targetGroupArn, target }: RegisteredTarget,
  attempt: Attempt,
): Promise<Deregistered> {
  host?.refuse();
  const deregistered = targetGroups.deregister(targetGroupArn, target, attempt.signal);
  await withSignsOfLife(attempt, aliveBeat.everyMs, deregistered);
  metrics?.registered(target.id, false);
  return { at: attempt.giversNow() };
}
