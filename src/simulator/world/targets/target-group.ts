import { z } from 'zod';
import { healthCheckSchema, geneveHealthCheck } from './health-check.js';
import type { HealthCheck } from './health-check.js';
import { hex } from '../instance.js';
import type { Target } from './target.js';
import { defaultAttributes, refuseAttributes } from './target-group-attributes.js';
import { Timeline } from '../timeline.js';

/** What a caller may say of a target group; the rest has AWS's defaults. */
export const targetGroupOptions = z.strictObject({
  name: z
    .string()
    .regex(/^(?!-)[0-9A-Za-z-]{1,32}(?<!-)$/, { error: '1 to 32 letters, digits and hyphens, no hyphen at the ends' })
    .optional()
    .describe('default: targets-N'),
  vpcId: z.string().min(1),
  protocol: z.string().optional().describe('default: GENEVE'),
  port: z.int().min(1).max(65_535).optional().describe('default: 6081 for GENEVE, 80 for anything else'),
  targetType: z.enum(['instance', 'ip']).optional().describe('what a target is named by; default: instance'),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: z.record(z.string(), z.string()).optional().describe('of the target group, by their AWS keys'),
  healthCheck: healthCheckSchema.partial().optional(),
  inUse: z.boolean().optional().describe('whether a listener forwards to the group; default: true'),
  availabilityZones: z
    .array(z.string())
    .optional()
    .describe('zones enabled for the load balancer; targets in another one are unused. default: all'),
  loadBalancerIps: z.array(z.string()).optional().describe('addresses that an ip group cannot use; default: none'),
  crossZone: z.boolean().optional().describe("the load balancer's cross-zone attribute; default: false"),
  tcpIdleTimeoutSeconds: z.int().min(60).max(6000).optional().describe("the listener's attribute; default: 350"),
  registrationDelaySeconds: z.number().min(0).optional().describe('default: assumptions.registrationSeconds'),
});
export type TargetGroupOptions = z.input<typeof targetGroupOptions>;

/** A simulated target group and its targets, with what matters here of its load balancer and its listener. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly loadBalancerArn: string;
  readonly vpcId: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetType: 'instance' | 'ip';
  readonly createdAt: number;
  /** The tags, and those before: reads of tags lag in AWS. */
  readonly tagTimeline: Timeline<Readonly<Record<string, string>>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly attributes: Map<string, string>;
  readonly healthCheck: HealthCheck;
  readonly registrationDelaySeconds: number | undefined;
  readonly availabilityZones: readonly string[] | undefined;
  readonly loadBalancerIps: readonly string[];
  readonly crossZone: boolean;
  readonly tcpIdleTimeoutSeconds: number;
  inUse: boolean;
  /** Whether the load balancer cannot tell the health of its targets. */
  unavailable: boolean;
  /** By `targetKey`. Holds targets that left, too: `isListed` tells. */
  readonly targets: Map<string, Target>;
}

/** GENEVE's port, the only one a GENEVE group may use. Source: RFC 8926; ELBv2 API reference, CreateTargetGroup. */
export const genevePort = 6081;

/** Idle timeout of TCP flows. Source: GWLB user guide, listener attribute tcp.idle_timeout.seconds. */
const tcpIdleTimeoutSeconds = 350;

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
export function createTargetGroup(
  options: TargetGroupOptions,
  ordinal: number,
  arnPrefix: string,
  now: number,
): TargetGroup {
  const { name = `targets-${ordinal}`, protocol = 'GENEVE' } = options;
  const attributes = new Map(Object.entries({ ...defaultAttributes, ...options.attributes }));
  const refusal = refuseAttributes(attributes);
  if (refusal !== undefined) throw new Error(`target group ${name}: ${refusal}`);
  const tagTimeline = new Timeline<Readonly<Record<string, string>>>({ ...options.tags }, now);
  return {
    arn: `${arnPrefix}:targetgroup/${name}/${hex(ordinal, 16)}`,
    name,
    loadBalancerArn: `${arnPrefix}:loadbalancer/gwy/${name}-gwlb/${hex(ordinal, 16)}`,
    vpcId: options.vpcId,
    protocol,
    port: options.port ?? (protocol === 'GENEVE' ? genevePort : 80),
    targetType: options.targetType ?? 'instance',
    createdAt: now,
    tagTimeline,
    get tags() {
      return tagTimeline.latest;
    },
    attributes,
    healthCheck: healthCheckOf(options.healthCheck),
    registrationDelaySeconds: options.registrationDelaySeconds,
    availabilityZones: options.availabilityZones,
    loadBalancerIps: options.loadBalancerIps ?? [],
    crossZone: options.crossZone ?? false,
    tcpIdleTimeoutSeconds: options.tcpIdleTimeoutSeconds ?? tcpIdleTimeoutSeconds,
    inUse: options.inUse ?? true,
    unavailable: false,
    targets: new Map(),
  };
}

const healthCheckOf = (given: TargetGroupOptions['healthCheck'] = {}): HealthCheck =>
  healthCheckSchema.parse({ ...geneveHealthCheck, ...given });
