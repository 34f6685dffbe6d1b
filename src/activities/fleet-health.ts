import { isNotFound } from '../aws/faults.js';
import { StepFailure } from '../domain/failures.js';
import { healthStates, sightOf } from '../domain/fleet-targets.js';
import type { FleetSight } from '../domain/fleet-targets.js';
import { requireGeneveGroup } from '../domain/target-group.js';
import type { Observed, Sight } from '../domain/target-health.js';
import { aliveBeat, healthyLook } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';
import { findGroup } from './fleet-targets.js';
import type { WhichGroup } from './fleet-targets.js';
import { lookUntil } from './look.js';

/**
 * Looks until the group has a target and each one is `healthy`, those on their way out aside, and returns what was seen on the
 * way. Heartbeats at every look.
 *
 * @throws TargetNotInUse (final) at once: the group is attached to no listener, also where it has no target yet, or a
 *   target's zone is not enabled; TargetGroupNotFound (final) at once, also where it is deleted meanwhile; HealthTimeout (final)
 *   after `windowMs`, with the state of each target.
 */
export async function waitForTargetHealth(
  { targetGroups, metrics }: OperationsDependencies,
  { windowMs, ...which }: WhichGroup & { readonly windowMs: number },
  attempt: Attempt,
): Promise<readonly Observed<Sight>[]> {
  const finding = findGroup(targetGroups, which, attempt.signal);
  const group = await withSignsOfLife(attempt, aliveBeat.everyMs, finding, attempt.resumed);
  const { arn } = group;
  let states: Record<string, string> = {};
  const { verdict, observations } = await lookUntil(
    attempt,
    {
      step: 'DescribeTargetHealth',
      subject: arn,
      whose: 'the group',
      windowMs,
      ...healthyLook,
      unanswered: (type) => metrics?.unanswered('waitForTargetHealth', type),
    },
    async (): Promise<FleetSight> => {
      const targets = await targetGroups.targets(arn, attempt.signal).catch((error: unknown) => {
        if (isNotFound(error)) requireGeneveGroup(arn, undefined);
        throw error;
      });
      states = healthStates(targets);
      return sightOf(targets, group);
    },
    (sight) => ('verdict' in sight ? sight.verdict : 'look again'),
  );
  if (verdict === 'healthy') return observations;
  const details = { observations, states };
  const last = observations.at(-1);
  const rest = last?.description ?? last?.reason;
  const seen = `target group ${arn}: ${last?.state ?? 'nothing seen'}${rest === undefined ? '' : ` (${rest})`}`;
  if (verdict === 'not in use') {
    const message = `${seen}: attach the target group to a Gateway Load Balancer listener, and enable the zone`;
    throw new StepFailure('TargetNotInUse', message, { final: true, details });
  }
  const message = `${seen} after ${windowMs / 1_000} s, expected every target healthy`;
  throw new StepFailure('HealthTimeout', message, { final: true, details });
}
