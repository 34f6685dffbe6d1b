import { clusterTag } from '../domain/ids.js';
import type { InstanceMetadata } from '../domain/instance.js';
import { requireGeneveGroup, selectTargetGroup, targetOf } from '../domain/target-group.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { judgeDraining } from '../domain/target-health.js';
import { aliveBeat } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';

export interface DiscoverInput {
  readonly instance: InstanceMetadata;
  readonly cluster: string;
  readonly targetGroupArn?: string | undefined;
}

export interface Discovered extends RegisteredTarget {
  /**
   * Whether the target was registered and not leaving before this startup began. Such a target is serving: should this
   * startup fail, say because an agent was restarted at a bad moment, it stays (I6).
   */
  readonly inServiceBefore: boolean;
}

/**
 * The one GENEVE target group of the cluster, or the one named, and the tuple to register there (I1). Changes nothing.
 *
 * @throws TargetGroupNotFound, TargetGroupAmbiguous, TargetGroupNotGeneve, TargetGroupInOtherVpc (final); AwsThrottled and kin.
 */
export function discoverTargetGroup(
  dependencies: AwsDependencies,
  input: DiscoverInput,
  attempt: Attempt,
): Promise<Discovered> {
  return withSignsOfLife(attempt, aliveBeat.everyMs, discover(dependencies, input, attempt.signal));
}

async function discover(
  { targetGroups, metrics }: AwsDependencies,
  { instance, cluster, targetGroupArn }: DiscoverInput,
  signal: AbortSignal,
): Promise<Discovered> {
  const arn = targetGroupArn ?? selectTargetGroup(cluster, await targetGroups.findByTag(clusterTag, cluster, signal));
  const group = requireGeneveGroup(arn, await targetGroups.describe(arn, signal), instance.vpcId);
  const target = targetOf(group, instance);
  const health = await targetGroups.health(arn, target, signal);
  const verdict = judgeDraining(health);
  const inServiceBefore = verdict !== 'draining' && verdict !== 'not registered';
  metrics?.saw(target.id, health);
  metrics?.registered(target.id, inServiceBefore);
  return { targetGroupArn: arn, target, inServiceBefore };
}
