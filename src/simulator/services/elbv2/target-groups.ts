import { z } from 'zod';
import type { TargetGroup } from '../../world/targets/target-group.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { XmlValue } from '../../wire/xml.js';
import { members } from '../../wire/xml.js';
import { findTargetGroup, validationError } from './lookup.js';
import { pageOf } from '../page.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';

/** The largest page of DescribeTargetGroups. Source: ELBv2 API reference, PageSize. */
const largestPage = 400;

const parameters = z.object({
  TargetGroupArns: listOf(z.string()),
  Names: listOf(z.string()),
  LoadBalancerArn: z.string().optional(),
  Marker: z.string().optional(),
  PageSize: z.coerce.number().int().min(1).max(largestPage).optional(),
});

/** DescribeTargetGroups: by ARN, name or load balancer; all of them when none is given. */
export const describeTargetGroups = (world: World, pageSize = largestPage): Action =>
  action(validationError, parameters, (input, _caller, asOf) => {
    const size = Math.min(input.PageSize ?? largestPage, pageSize);
    const page = pageOf(selectGroups(world, input, asOf), input.Marker, size, validationError);
    return { result: { TargetGroups: members(page.items.map(describeTargetGroup)), NextMarker: page.next } };
  });

function selectGroups(world: World, input: z.output<typeof parameters>, asOf: number): TargetGroup[] {
  const all = [...world.groups.values()].filter(({ createdAt }) => createdAt <= asOf);
  if (input.TargetGroupArns?.length) return input.TargetGroupArns.map((arn) => findTargetGroup(world, arn, asOf));
  if (input.Names?.length) {
    return input.Names.map((name) => {
      const group = all.find((candidate) => candidate.name === name);
      if (!group) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
      return group;
    });
  }
  const { LoadBalancerArn } = input;
  if (LoadBalancerArn === undefined) return all;
  const behind = all.filter((group) => group.loadBalancerArn === LoadBalancerArn);
  if (behind.length === 0) throw new AwsError('LoadBalancerNotFound', `Load balancer '${LoadBalancerArn}' not found`);
  return behind.filter(({ inUse }) => inUse);
}

/** A TargetGroup as ELBv2 writes it. */
export function describeTargetGroup(group: TargetGroup): XmlValue {
  const { healthCheck } = group;
  const http = healthCheck.protocol !== 'TCP';
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: http ? healthCheck.path : undefined,
    Matcher: http ? { HttpCode: healthCheck.matcher } : undefined,
    LoadBalancerArns: members(group.inUse ? [group.loadBalancerArn] : []),
    TargetType: group.targetType,
    IpAddressType: 'ipv4',
  };
}
