import type { World } from '../world/world.js';
import { AwsError } from '../wire/aws-error.js';
import { queryProtocol } from '../wire/protocol.js';
import { describeTargetGroups } from './elbv2-target-groups.js';
import { describeTargetGroupAttributes, modifyTargetGroupAttributes } from './elbv2-attributes.js';
import { deregisterTargets, describeTargetHealth, registerTargets } from './elbv2-targets.js';
import type { Service } from './service.js';

/** Elastic Load Balancing, version 2015-12-01. */
export function elbv2(world: World, pageSize: number | undefined): Service {
  return {
    name: 'elbv2',
    identity: '2015-12-01',
    protocol: queryProtocol('http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'),
    unknownAction: (name) => new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`),
    actions: new Map([
      ['DescribeTargetGroups', describeTargetGroups(world, pageSize)],
      ['DescribeTargetGroupAttributes', describeTargetGroupAttributes(world)],
      ['ModifyTargetGroupAttributes', modifyTargetGroupAttributes(world)],
      ['RegisterTargets', registerTargets(world)],
      ['DeregisterTargets', deregisterTargets(world)],
      ['DescribeTargetHealth', describeTargetHealth(world)],
    ]),
  };
}
