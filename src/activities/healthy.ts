import { StepFailure } from '../domain/failures.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { judgeHealth, sayHealth } from '../domain/target-health.js';
import type { Observation } from '../domain/target-health.js';
import { requireGeneveGroup } from '../domain/target-group.js';
import { healthyLook } from '../domain/timings.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';
import { lookUntil } from './look.js';

/**
 * Looks until the target is `healthy`, and returns the states seen on the way. Heartbeats between two looks once they are due.
 *
 * @throws TargetNotInUse (final) at once: the group is attached to no listener; TargetGroupNotFound (final) at once: it was
 *   deleted; HealthTimeout (final) after `windowMs`, with the last state seen.
 */
export async function confirmHealthy(
  { targetGroups, metrics }: OperationsDependencies,
  { targetGroupArn, target, windowMs }: RegisteredTarget & { windowMs: number },
  attempt: Attempt,
): Promise<readonly Observation[]> {
  const subject = `target ${target.id} in ${targetGroupArn}`;
  const { verdict, observations } = await lookUntil(
    attempt,
    {
      step: 'DescribeTargetHealth',
      subject,
      windowMs,
      ...healthyLook,
      silentAtFirst: true,
      unanswered: (type) => metrics?.unanswered('confirmHealthy', type),
    },
    async () => {
      const health = await targetGroups.health(targetGroupArn, target, attempt.signal);
      metrics?.saw(target.id, health);
      // AWS says so too of a target in a group that was deleted meanwhile, and that one never will be healthy.
      if (health.reason === 'Target.NotRegistered') {
        requireGeneveGroup(targetGroupArn, await targetGroups.describe(targetGroupArn, attempt.signal));
      }
      return health;
    },
    judgeHealth,
  );
  if (verdict === 'healthy') return observations;
  const details = { observations };
  if (verdict === 'not in use') {
    const message = `${subject} is unused (Target.NotInUse): attach the target group to a Gateway Load Balancer listener, and enable the zone`;
    throw new StepFailure('TargetNotInUse', message, { final: true, details });
  }
  const message =
    `${subject} is ${sayHealth(observations.at(-1))} after ${windowMs / 1_000} s, expected healthy: ` +
    "check the target group's health check against this host's /health endpoint";
  throw new StepFailure('HealthTimeout', message, { final: true, details });
}
