import type { HealthCheck } from './health-check.js';
import { geneveHealthCheck } from './health-check.js';
import { hex } from './instance.js';
import type { Target } from './target.js';

/** What a target of a group is named by. */
export type TargetType = 'instance' | 'ip';

/** What a caller may say of a target group; the rest has AWS's defaults. */
export interface TargetGroupOptions {
  /** @default 'targets-N' */
  readonly name?: string;
  readonly vpcId: string;
  /** @default 'GENEVE' */
  readonly protocol?: string;
  /** @default 6081 for GENEVE, 80 for anything else */
  readonly port?: number;
  /** @default 'instance' */
  readonly targetType?: TargetType;
  readonly tags?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly healthCheck?: Partial<HealthCheck>;
  /** Whether a listener forwards to the group. @default true */
  readonly inUse?: boolean;
  /** How long a target shows Elb.RegistrationInProgress; in AWS "a few minutes" at worst. @default 5 */
  readonly registrationDelaySeconds?: number;
}

/** A simulated target group and its targets. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly loadBalancerArn: string;
  readonly vpcId: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetType: TargetType;
  readonly tags: Readonly<Record<string, string>>;
  readonly attributes: Map<string, string>;
  readonly healthCheck: HealthCheck;
  readonly registrationDelaySeconds: number;
  inUse: boolean;
  /** By `targetKey`. Holds targets that left, too: `isListed` tells. */
  readonly targets: Map<string, Target>;
}

/** GENEVE's port, the only one a GENEVE group may use. Source: RFC 8926; ELBv2 API reference, CreateTargetGroup. */
export const genevePort = 6081;

/** How long a registration takes when nobody says, in seconds. Assumed: AWS gives no figure. */
const registrationDelaySeconds = 5;

/** Attributes of a GENEVE group as created. Source: ELBv2 API reference, TargetGroupAttribute. */
const defaultAttributes: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'stickiness.type': 'source_ip_dest_ip_proto',
  'target_failover.on_deregistration': 'no_rebalance',
  'target_failover.on_unhealthy': 'no_rebalance',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
};

/** The longest deregistration delay, in seconds. Source: ELBv2 API reference, TargetGroupAttribute. */
const longestDeregistrationDelaySeconds = 3600;

/** A target is its id and its port: deregistering with another port is about another target. */
export const targetKey = (id: string, port: number): string => `${id}:${port}`;

/** The group's deregistration delay, in seconds. */
export const deregistrationDelaySeconds = (group: TargetGroup): number =>
  Number(group.attributes.get('deregistration_delay.timeout_seconds'));

/**
 * Makes up a target group. `ordinal` counts the groups of a simulator from 1 and is all that made-up values depend on.
 *
 * @throws when an attribute is not one that `refuseAttributes` accepts.
 */
export function createTargetGroup(options: TargetGroupOptions, ordinal: number, arnPrefix: string): TargetGroup {
  const { name = `targets-${ordinal}`, protocol = 'GENEVE' } = options;
  const attributes = new Map(Object.entries({ ...defaultAttributes, ...options.attributes }));
  const refusal = refuseAttributes(attributes);
  if (refusal !== undefined) throw new Error(`target group ${name}: ${refusal}`);
  return {
    arn: `${arnPrefix}:targetgroup/${name}/${hex(ordinal, 16)}`,
    name,
    loadBalancerArn: `${arnPrefix}:loadbalancer/gwy/${name}-gwlb/${hex(ordinal, 16)}`,
    vpcId: options.vpcId,
    protocol,
    port: options.port ?? (protocol === 'GENEVE' ? genevePort : 80),
    targetType: options.targetType ?? 'instance',
    tags: { ...options.tags },
    attributes,
    healthCheck: { ...geneveHealthCheck, ...options.healthCheck },
    registrationDelaySeconds: options.registrationDelaySeconds ?? registrationDelaySeconds,
    inUse: options.inUse ?? true,
    targets: new Map(),
  };
}

/** Why AWS would refuse these attributes, taken together; undefined when it would not. */
export function refuseAttributes(attributes: ReadonlyMap<string, string>): string | undefined {
  const unknown = [...attributes.keys()].find((key) => !(key in defaultAttributes));
  if (unknown !== undefined) return `Target group attribute key '${unknown}' is not recognized`;
  const delay = attributes.get('deregistration_delay.timeout_seconds') ?? '';
  if (!/^\d{1,4}$/.test(delay) || Number(delay) > longestDeregistrationDelaySeconds) {
    return `'deregistration_delay.timeout_seconds' must be between 0 and ${longestDeregistrationDelaySeconds} inclusive`;
  }
  if (attributes.get('target_failover.on_deregistration') !== attributes.get('target_failover.on_unhealthy')) {
    return "'target_failover.on_deregistration' and 'target_failover.on_unhealthy' must have the same value";
  }
  return undefined;
}
