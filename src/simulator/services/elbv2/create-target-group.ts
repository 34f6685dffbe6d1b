import { z } from 'zod';
import { genevePort, targetGroupOptions } from '../../world/targets/target-group.js';
import type { TargetGroup, TargetGroupOptions } from '../../world/targets/target-group.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { members } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { action } from '../service.js';
import { validationError } from './lookup.js';
import { readTags, tagList } from './tags.js';
import { describeTargetGroup } from './target-groups.js';

const number = z.coerce.number().int();

/** Ranges of the numbers: ELBv2 API reference, CreateTargetGroup. */
const parameters = z.object({
  Name: z.string(),
  Protocol: z.enum(['GENEVE', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'HTTP', 'HTTPS']),
  Port: number.min(1).max(65_535),
  VpcId: z.string().min(1),
  TargetType: z.enum(['instance', 'ip']).default('instance'),
  HealthCheckProtocol: z.enum(['HTTP', 'HTTPS', 'TCP']).default('TCP'),
  HealthCheckPort: z.literal('traffic-port').or(number.min(1).max(65_535)).optional(),
  HealthCheckPath: z.string().max(1024).startsWith('/').optional(),
  HealthCheckIntervalSeconds: number.min(5).max(300).optional(),
  HealthCheckTimeoutSeconds: number.min(2).max(120).optional(),
  HealthyThresholdCount: number.min(2).max(10).optional(),
  UnhealthyThresholdCount: number.min(2).max(10).optional(),
  Matcher: z.object({ HttpCode: z.string().optional() }).optional(),
  Tags: tagList,
});

/**
 * CreateTargetGroup. No listener forwards to a new group, so its targets are unused until one does.
 *
 * The same name with the same settings is the group that is there already.
 */
export const createTargetGroup = (world: World): Action =>
  action(validationError, parameters, (input) => {
    if (input.Protocol === 'GENEVE' && input.Port !== genevePort)
      throw new AwsError(validationError, `A GENEVE target group must use port ${genevePort}, not ${input.Port}`);
    const options = optionsOf(input);
    const checked = targetGroupOptions.safeParse(options);
    if (!checked.success)
      throw new AwsError(validationError, checked.error.issues.map(({ message }) => message).join('; '));
    const known = [...world.groups.values()].find(({ name }) => name === input.Name);
    if (known && !isSame(known, options))
      throw new AwsError(
        'DuplicateTargetGroupName',
        `A target group with the same name '${input.Name}' exists, but with different settings`,
      );
    const group = known ?? world.createTargetGroup(options);
    const result = { TargetGroups: members([describeTargetGroup(group)]) };
    return known ? { result } : { result, effect: `created ${group.name}` };
  });

function optionsOf(input: z.output<typeof parameters>): TargetGroupOptions {
  const healthCheck = {
    protocol: input.HealthCheckProtocol,
    port: input.HealthCheckPort,
    path: input.HealthCheckPath,
    intervalSeconds: input.HealthCheckIntervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount,
    unhealthyThreshold: input.UnhealthyThresholdCount,
    matcher: input.Matcher?.HttpCode,
  };
  return {
    name: input.Name,
    protocol: input.Protocol,
    port: input.Port,
    vpcId: input.VpcId,
    targetType: input.TargetType,
    inUse: false,
    tags: input.Tags?.length ? readTags(input.Tags, validationError) : {},
    healthCheck: Object.fromEntries(Object.entries(healthCheck).filter(([, value]) => value !== undefined)),
  };
}

function isSame(
  group: TargetGroup,
  { protocol, port, vpcId, targetType, healthCheck = {} }: TargetGroupOptions,
): boolean {
  const sameCheck = Object.entries(healthCheck).every(
    ([name, value]) => group.healthCheck[name as keyof TargetGroup['healthCheck']] === value,
  );
  const same = group.protocol === protocol && group.port === port && group.vpcId === vpcId;
  return same && group.targetType === targetType && sameCheck;
}
