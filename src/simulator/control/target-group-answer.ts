import { z } from '@hono/zod-openapi';
import { geneveHealthCheck, healthCheckSchema } from '../world/targets/health-check.js';
import type { TargetGroup } from '../world/targets/target-group.js';
import { named } from './operation.js';

const texts = z.record(z.string(), z.string());

/** TargetHealth of the ELBv2 API. */
export const targetHealthAnswer = named(
  'TargetHealth',
  z.strictObject({
    state: z.enum(['initial', 'healthy', 'unhealthy', 'unused', 'draining', 'unavailable']),
    reason: z.string().optional(),
    description: z.string().optional(),
  }),
);

/** Names a target group in a path. */
export const targetGroupParameters = z.strictObject({ name: z.string().openapi({ example: 'edge' }) });

/** What the control API says of a target group, its listener and its targets. */
export const targetGroupAnswer = named(
  'TargetGroup',
  z.strictObject({
    name: z.string(),
    arn: z.string(),
    loadBalancerArn: z.string(),
    vpcId: z.string(),
    protocol: z.string(),
    port: z.int(),
    targetType: z.enum(['instance', 'ip']),
    tags: texts,
    attributes: texts,
    healthCheck: healthCheckSchema,
    inUse: z.boolean().describe('whether a listener forwards to the group'),
    healthAvailable: z.boolean().describe('whether the load balancer can tell the health of the targets'),
    availabilityZones: z.array(z.string()).optional().describe('left out for all'),
    loadBalancerIps: z.array(z.string()),
    crossZone: z.boolean(),
    tcpIdleTimeoutSeconds: z.int(),
    registrationDelaySeconds: z.number().optional().describe('left out when it is as assumed'),
    createdAt: z.number(),
    targets: z
      .array(z.strictObject({ id: z.string(), port: z.int(), health: targetHealthAnswer }))
      .describe('registered ones, and those that drain'),
  }),
  {
    name: 'edge',
    arn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/edge/0000000000000001',
    loadBalancerArn:
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/gwy/edge-gwlb/0000000000000001',
    vpcId: 'vpc-0123456789abcdef0',
    protocol: 'GENEVE',
    port: 6081,
    targetType: 'instance',
    tags: { 'neuwerk:cluster': 'demo' },
    attributes: { 'deregistration_delay.timeout_seconds': '60' },
    healthCheck: geneveHealthCheck,
    inUse: true,
    healthAvailable: true,
    loadBalancerIps: [],
    crossZone: false,
    tcpIdleTimeoutSeconds: 350,
    createdAt: 1_767_225_600_000,
    targets: [{ id: 'i-0123456789abcdef0', port: 6081, health: { state: 'healthy' } }],
  },
);

/** The group as the control API shows it. */
export function describeTargetGroup(group: TargetGroup): z.output<typeof targetGroupAnswer> {
  const { name, arn, loadBalancerArn, vpcId, protocol, port, targetType, tags, attributes, healthCheck } = group;
  const { inUse, unavailable, availabilityZones, loadBalancerIps, crossZone, createdAt, targets } = group;
  const { tcpIdleTimeoutSeconds, registrationDelaySeconds } = group;
  return {
    name,
    arn,
    loadBalancerArn,
    vpcId,
    protocol,
    port,
    targetType,
    tags,
    attributes: Object.fromEntries(attributes),
    healthCheck,
    inUse,
    healthAvailable: !unavailable,
    availabilityZones: availabilityZones && [...availabilityZones],
    loadBalancerIps: [...loadBalancerIps],
    crossZone,
    tcpIdleTimeoutSeconds,
    registrationDelaySeconds,
    createdAt,
    targets: [...targets.values()]
      .filter(({ isListed }) => isListed)
      .map(({ id, port, health }) => ({ id, port, health })),
  };
}
