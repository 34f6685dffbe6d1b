import { StepFailure } from '../domain/failures.js';
import { clusterTag } from '../domain/ids.js';
import { requireGeneveGroup, selectTargetGroup } from '../domain/target-group.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { aliveBeat } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';

export interface LocateInput {
  readonly instanceId: string;
  readonly cluster?: string | undefined;
  readonly targetGroupArn?: string | undefined;
}

/**
 * What there is to deregister, for a shutdown that was not told. Ends a running startup first, so that nothing is registered
 * behind our back. The registration is looked up, port included; where there is none, the tuple that we would have used.
 *
 * @throws TargetGroupNotFound, TargetGroupAmbiguous, TargetGroupNotGeneve (final); TargetUnknown (final) when an `ip` group
 *   holds no address of this instance; AwsThrottled and kin.
 */
export function locateTarget(
  dependencies: AwsDependencies,
  input: LocateInput,
  attempt: Attempt,
): Promise<RegisteredTarget> {
  return withSignsOfLife(attempt, aliveBeat.everyMs, locate(dependencies, input, attempt.signal));
}

async function locate(
  { targetGroups, instances, lives }: AwsDependencies,
  { instanceId, cluster, targetGroupArn }: LocateInput,
  signal: AbortSignal,
): Promise<RegisteredTarget> {
  await lives.endStartup(instanceId, signal);
  const arn = targetGroupArn ?? (await byTag());
  const group = requireGeneveGroup(arn, await targetGroups.describe(arn, signal));
  const id = group.targetType === 'ip' ? await privateIp() : instanceId;
  if (id === undefined) {
    const message = `instance ${instanceId} has no private IP any more, which the ip target group ${arn} is keyed by: deregister its target by hand`;
    throw new StepFailure('TargetUnknown', message, { final: true });
  }
  const registered = (await targetGroups.targets(arn, signal)).find(({ target }) => target.id === id);
  return { targetGroupArn: arn, target: registered?.target ?? { id } };

  async function privateIp(): Promise<string | undefined> {
    const [instance] = await instances.describe({ instanceIds: [instanceId] }, signal);
    return instance?.privateIp ?? undefined;
  }

  async function byTag(): Promise<string> {
    if (cluster !== undefined)
      return selectTargetGroup(cluster, await targetGroups.findByTag(clusterTag, cluster, signal));
    const message = `shutdown of ${instanceId}: neither a cluster nor a target group ARN is known, one is needed`;
    throw new StepFailure('InvalidInput', message, { final: true });
  }
}
