import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod/mini';
import { answer } from './answers.js';
import { clientSettings } from './clients.js';
import { everyInstance, running } from './ec2.js';
import { isInvalidTarget } from './faults.js';
import { describeAttributes, describeGroup, groupSchema } from './groups.js';

const inspectedGroupSchema = z.extend(groupSchema, {
  LoadBalancerArns: z._default(z.array(z.string()), []),
  HealthCheckProtocol: z.string(),
  HealthCheckPort: z.string(),
  HealthCheckPath: z.optional(z.string()),
  HealthCheckIntervalSeconds: z.number(),
  HealthyThresholdCount: z.number(),
  UnhealthyThresholdCount: z.number(),
  Matcher: z.optional(z.object({ HttpCode: z.optional(z.string()) })),
});
const callerSchema = z.object({ Arn: z.string() });
const fleetInstanceSchema = z.object({
  InstanceId: z.string(),
  PrivateIpAddress: z.optional(z.string()),
  Placement: z.optional(z.object({ AvailabilityZone: z.optional(z.string()) })),
});

/** A target group as its owner set it up. */
export interface GroupSettings {
  readonly arn: string;
  readonly protocol: string;
  readonly targetType: string;
  readonly vpcId: string;
  /** Whose listeners forward to it. */
  readonly loadBalancerArns: readonly string[];
  readonly healthCheck: HealthCheckSettings;
}

export interface HealthCheckSettings {
  readonly protocol: string;
  /** A number, or `traffic-port`. */
  readonly port: string;
  /** Undefined for a check that sends no request. */
  readonly path: string | undefined;
  readonly intervalSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Such as `200-399`; undefined for a check that gets no status. */
  readonly matcher: string | undefined;
}

export interface FleetInstance {
  readonly instanceId: string;
  readonly privateIp: string | undefined;
  readonly zone: string | undefined;
}

/**
 * What a diagnosis asks of AWS beyond what the agents need. Nothing here changes anything; one attempt per call, and errors are
 * the SDK's own.
 */
export interface Inspection {
  /** The ARN of whoever the credentials belong to. Needs no permission. */
  caller(signal: AbortSignal): Promise<string>;
  /** Undefined when there is no such group. */
  group(arn: string, signal: AbortSignal): Promise<GroupSettings | undefined>;
  /** By AWS's keys; those that were never set are there with their defaults. */
  attributes(arn: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Running instances that carry the tag; all pages. */
  fleet(tag: { key: string; value: string }, signal: AbortSignal): Promise<FleetInstance[]>;
  /**
   * Whether the group's targets may be changed, found out with a target that nothing can be: AWS looks for it, and so has allowed
   * the call. Nothing is registered by it and nothing taken out (I6).
   *
   * @returns false when AWS refused the request for another reason, so that nothing is known. Rejects when it is denied.
   */
  mayChangeTargets(change: TargetChange, group: GroupSettings, signal: AbortSignal): Promise<boolean>;
}

export type TargetChange = 'RegisterTargets' | 'DeregisterTargets';

/**
 * A target that cannot exist, by type of group. EC2 gives no instance an id of zeros only, and no VPC may have addresses of the
 * loopback range (VPC user guide, "VPC CIDR blocks").
 */
const nobody: Readonly<Record<string, string>> = { instance: 'i-00000000000000000', ip: '127.0.0.1' };

/** Loads the clients that only a diagnosis needs: before anything is asked, so that no question's time goes into that. */
export async function connectInspection(region: string): Promise<Inspection> {
  const [{ EC2Client }, { GetCallerIdentityCommand, STSClient }] = await Promise.all([
    import('./ec2-client.js'),
    import('@aws-sdk/client-sts'),
  ]);
  const settings = clientSettings(region);
  const elbv2 = new ElasticLoadBalancingV2Client(settings);
  const ec2 = new EC2Client(settings);
  const sts = new STSClient(settings);

  return {
    async caller(abortSignal) {
      const output = await sts.send(new GetCallerIdentityCommand({}), { abortSignal });
      return answer('GetCallerIdentity', callerSchema, output).Arn;
    },

    async group(arn, signal) {
      return settingsOf(arn, await describeGroup(elbv2, inspectedGroupSchema, arn, signal));
    },

    attributes: (arn, signal) => describeAttributes(elbv2, arn, signal),

    async fleet({ key, value }, signal) {
      const Filters = [{ Name: `tag:${key}`, Values: [value] }, running];
      const instances = await everyInstance(ec2, fleetInstanceSchema, { Filters }, signal);
      return instances.map(({ InstanceId, PrivateIpAddress, Placement }) => ({
        instanceId: InstanceId,
        privateIp: PrivateIpAddress,
        zone: Placement?.AvailabilityZone,
      }));
    },

    async mayChangeTargets(change, { arn, targetType }, abortSignal) {
      const Id = nobody[targetType];
      if (Id === undefined) return false;
      const input = { TargetGroupArn: arn, Targets: [{ Id }] };
      try {
        if (change === 'RegisterTargets') await elbv2.send(new RegisterTargetsCommand(input), { abortSignal });
        else await elbv2.send(new DeregisterTargetsCommand(input), { abortSignal });
        return true;
      } catch (error) {
        if (isInvalidTarget(error)) return true;
        if (error instanceof Error && refusals.includes(error.name)) return false;
        throw error;
      }
    },
  };
}

/** What AWS may say to a request before it asks whether it is allowed. */
const refusals = ['ValidationError', 'ValidationException', 'InvalidParameterValue', 'TargetGroupNotFoundException'];

type WireGroup = z.infer<typeof inspectedGroupSchema>;

const settingsOf = (arn: string, group: WireGroup | undefined): GroupSettings | undefined =>
  group && {
    arn,
    protocol: group.Protocol,
    targetType: group.TargetType,
    vpcId: group.VpcId,
    loadBalancerArns: group.LoadBalancerArns,
    healthCheck: {
      protocol: group.HealthCheckProtocol,
      port: group.HealthCheckPort,
      path: group.HealthCheckPath,
      intervalSeconds: group.HealthCheckIntervalSeconds,
      healthyThreshold: group.HealthyThresholdCount,
      unhealthyThreshold: group.UnhealthyThresholdCount,
      matcher: group.Matcher?.HttpCode,
    },
  };
