import type { Aws } from '../aws/api.js';
import { StepFailure } from '../domain/failures.js';
import type { Ec2Instance } from '../domain/ec2-instance.js';
import type { FleetTarget, FleetTargets } from '../domain/fleet-targets.js';
import { clusterTag } from '../domain/ids.js';
import { requireGeneveGroup, selectTargetGroup } from '../domain/target-group.js';
import type { TargetGroup } from '../domain/target-group.js';
import { aliveBeat } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';

/** The group itself, or the cluster that it is tagged with. */
export interface WhichGroup {
  readonly cluster?: string | undefined;
  readonly targetGroupArn?: string | undefined;
}

/**
 * Every target of the cluster's group, whatever its health, with the instance behind it. Changes nothing.
 *
 * @throws TargetGroupNotFound, TargetGroupAmbiguous, TargetGroupNotGeneve (final); AwsThrottled and kin.
 */
export function listTargets(
  { targetGroups, instances }: OperationsDependencies,
  input: WhichGroup,
  attempt: Attempt,
): Promise<FleetTargets> {
  const list = async (): Promise<FleetTargets> => {
    const group = await findGroup(targetGroups, input, attempt.signal);
    const registered = await targetGroups.targets(group.arn, attempt.signal);
    const ids = registered.map(({ target }) => target.id);
    const found = await behind(instances, group, ids, attempt.signal);
    const targets = registered.map(({ target, health }): FleetTarget => {
      const instance = found(target.id);
      const privateIp = group.targetType === 'ip' ? target.id : (instance?.privateIp ?? null);
      const instanceId = group.targetType === 'ip' ? (instance?.instanceId ?? null) : target.id;
      return { target, instanceId, privateIp, zone: instance?.zone ?? null, health };
    });
    const byId = targets.sort((one, other) => (one.target.id < other.target.id ? -1 : 1));
    return { targetGroupArn: group.arn, targetType: group.targetType, targets: byId };
  };
  return withSignsOfLife(attempt, aliveBeat.everyMs, list());
}

/** @throws as `listTargets` does; InvalidInput (final) when neither is named. */
export async function findGroup(
  targetGroups: Aws['targetGroups'],
  { cluster, targetGroupArn }: WhichGroup,
  signal: AbortSignal,
): Promise<TargetGroup> {
  if (cluster === undefined && targetGroupArn === undefined) {
    const message = 'neither a cluster nor a target group ARN is known, one is needed';
    throw new StepFailure('InvalidInput', message, { final: true });
  }
  const arn =
    targetGroupArn ?? selectTargetGroup(cluster ?? '', await targetGroups.findByTag(clusterTag, cluster ?? '', signal));
  return requireGeneveGroup(arn, await targetGroups.describe(arn, signal));
}

/** The instances behind these targets, by target id. Those that EC2 has forgotten are missing. */
async function behind(
  instances: Aws['instances'],
  { targetType, vpcId }: TargetGroup,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<(id: string) => Ec2Instance | undefined> {
  if (targetType !== 'ip') {
    const found = await instances.describe({ instanceIds: ids }, signal);
    const byId = new Map(found.map((instance) => [instance.instanceId, instance]));
    return (id) => byId.get(id);
  }
  const found = await instances.describe({ addresses: ids, vpcId }, signal);
  const byAddress = new Map(found.flatMap((each) => each.addresses.map((address) => [address, each] as const)));
  return (id) => byAddress.get(id);
}
