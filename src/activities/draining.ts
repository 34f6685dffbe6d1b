import { StepFailure } from '../domain/failures.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { judgeDraining, sayHealth } from '../domain/target-health.js';
import type { DrainingVerdict, Observation } from '../domain/target-health.js';
import { drainingLook } from '../domain/timings.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';
import { lookUntil } from './look.js';

export interface DrainingConfirmed {
  readonly verdict: Exclude<DrainingVerdict, 'look again'>;
  readonly observations: readonly Observation[];
  /** The group's attribute; null where it could not be read, which never holds a shutdown up. */
  readonly deregistrationDelaySeconds: number | null;
}

/**
 * Looks every 2 s until AWS says that the target leaves or has left, and reads the group's deregistration delay.
 *
 * @throws DrainingTimeout (final) after `windowMs`, with every state seen.
 */
export async function confirmDraining(
  { targetGroups }: AwsDependencies,
  { targetGroupArn, target, windowMs }: RegisteredTarget & { windowMs: number },
  attempt: Attempt,
): Promise<DrainingConfirmed> {
  const delay = targetGroups.deregistrationDelaySeconds(targetGroupArn, attempt.signal).catch(() => undefined);
  const { verdict, observations } = await lookUntil(
    attempt,
    { step: 'DescribeTargetHealth', subject: `target ${target.id} in ${targetGroupArn}`, windowMs, ...drainingLook },
    () => targetGroups.health(targetGroupArn, target, attempt.signal),
    judgeDraining,
  );
  if (verdict !== undefined) return { verdict, observations, deregistrationDelaySeconds: (await delay) ?? null };
  const message = `timeout waiting for draining state - forcing shutdown: target ${target.id} is ${sayHealth(observations.at(-1))} after ${windowMs / 1_000} s`;
  throw new StepFailure('DrainingTimeout', message, { final: true, details: { observations } });
}
