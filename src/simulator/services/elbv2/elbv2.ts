import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { queryProtocol } from '../../wire/protocol.js';
import { createTargetGroup } from './create-target-group.js';
import { addTags, describeTags, removeTags } from './tags.js';
import { describeTargetGroups } from './target-groups.js';
import { describeTargetGroupAttributes, modifyTargetGroupAttributes } from './attributes.js';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.js';
import type { Service } from '../service.js';

/** Elastic Load Balancing, version 2015-12-01. */
export function elbv2(world: World, pageSize: number | undefined): Service {
  return {
    name: 'elbv2',
    identity: '2015-12-01',
    protocol: queryProtocol('http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'),
    unknownAction: (name) => new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`),
    actions: new Map([
      ['CreateTargetGroup', createTargetGroup(world)],
      ['DescribeTargetGroups', describeTargetGroups(world, pageSize)],
      ['DescribeTargetGroupAttributes', describeTargetGroupAttributes(world)],
      ['ModifyTargetGroupAttributes', modifyTargetGroupAttributes(world)],
      ['AddTags', addTags(world)],
      ['RemoveTags', removeTags(world)],
      ['DescribeTags', describeTags(world)],
      ['RegisterTargets', registerTargets(world)],
      ['DeregisterTargets', deregisterTargets(world)],
      ['DescribeTargetHealth', describeTargetHealth(world)],
    ]),
  };
}
