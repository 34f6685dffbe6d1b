import { clusterTag } from './ids.js';
import type { InstanceMetadata } from './instance.js';
import { StepFailure } from './failures.js';

/** A target group as far as an appliance's life depends on it. */
export interface TargetGroup {
  readonly arn: string;
  readonly protocol: string;
  readonly targetType: string;
  readonly vpcId: string;
  /** Empty: it is attached to no listener, and no target in it ever becomes healthy. */
  readonly loadBalancerArns: readonly string[];
}

/** An instance, and the group that it belongs in. Plain JSON. */
export interface GwlbConfig extends InstanceMetadata {
  readonly targetGroupArn: string;
}

/** What is registered: an instance id or, in an `ip` group, a private IP. `port` only where it was registered with one. */
export interface Target {
  readonly id: string;
  readonly port?: number | undefined;
}

/** A target together with the group that it is registered in: all that a deregistration needs. */
export interface RegisteredTarget {
  readonly targetGroupArn: string;
  readonly target: Target;
}

/**
 * Exactly one ARN, or a final refusal in the words of the specification.
 *
 * @throws TargetGroupNotFound, TargetGroupAmbiguous (final).
 */
export function selectTargetGroup(cluster: string, arns: readonly string[]): string {
  const [arn, ...others] = arns;
  if (arn === undefined) {
    throw new StepFailure('TargetGroupNotFound', `no target group found with tag ${clusterTag}=${cluster}`, {
      final: true,
    });
  }
  if (others.length > 0) {
    const found = [...arns].sort().join(', ');
    throw new StepFailure(
      'TargetGroupAmbiguous',
      `multiple target groups match tag ${clusterTag}=${cluster}, require explicit ARN to resolve ambiguity: [${found}]`,
      { final: true },
    );
  }
  return arn;
}

/**
 * Upholds I1: a group is only used when it exists, speaks GENEVE and, where ours is known, stands in our VPC.
 *
 * @throws TargetGroupNotFound, TargetGroupNotGeneve, TargetGroupInOtherVpc (final).
 */
export function requireGeneveGroup(arn: string, group: TargetGroup | undefined, vpcId?: string): TargetGroup {
  if (group === undefined) {
    throw new StepFailure('TargetGroupNotFound', `target group ${arn} does not exist`, { final: true });
  }
  if (group.protocol !== 'GENEVE') {
    const message = `target group ${arn} type is ${group.protocol}, not GENEVE - misconfiguration`;
    throw new StepFailure('TargetGroupNotGeneve', message, { final: true });
  }
  if (vpcId !== undefined && group.vpcId !== vpcId) {
    const message = `target group ${arn} is in VPC ${group.vpcId}, expected this instance's VPC ${vpcId}`;
    throw new StepFailure('TargetGroupInOtherVpc', message, { final: true });
  }
  return group;
}

/** The tuple to register: the instance id, or the private IP in an `ip` group; the port is left to the group's default (6081). */
export function targetOf(group: TargetGroup, instance: Pick<InstanceMetadata, 'instanceId' | 'privateIp'>): Target {
  return { id: group.targetType === 'ip' ? instance.privateIp : instance.instanceId };
}
