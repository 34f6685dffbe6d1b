import { z } from 'zod';
import type { AutoScalingGroup } from '../../world/auto-scaling/auto-scaling-group.js';
import type { AutoScalingInstance } from '../../world/auto-scaling/auto-scaling-instance.js';
import type { World } from '../../world/world.js';
import type { XmlValue } from '../../wire/xml.js';
import { members } from '../../wire/xml.js';
import { pageOf } from '../page.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';
import { flag, instanceId, invalidNextToken, maxRecords, validationError } from './lookup.js';

/** The largest page, and the usual one; and the most instance ids. Source: Auto Scaling API reference, DescribeAutoScalingInstances. */
const largestPage = 50;

const parameters = z.object({
  InstanceIds: listOf(instanceId).pipe(z.array(z.string()).max(largestPage).optional()),
  IncludeManagedResources: flag.optional(),
  MaxRecords: maxRecords(largestPage),
  NextToken: z.string().optional(),
});

/** DescribeAutoScalingInstances: those asked for, or all. An id that is in no group is left out without an error. */
export const describeAutoScalingInstances = (world: World, pageSize = largestPage): Action =>
  action(validationError, parameters, ({ InstanceIds = [], MaxRecords = largestPage, NextToken }) => {
    const all = [...world.autoScaling.groups.values()].flatMap((group) =>
      group.instances.map((member) => ({ group, member })),
    );
    const wanted = new Set(InstanceIds);
    const found = wanted.size === 0 ? all : all.filter(({ member }) => wanted.has(member.instanceId));
    const page = pageOf(found, NextToken, Math.min(MaxRecords, pageSize), invalidNextToken);
    const described = page.items.map(({ group, member }) => ({
      ...describeMember(world, group, member),
      AutoScalingGroupName: group.name,
      // In capitals here, and only here: AWS's own inconsistency.
      HealthStatus: member.isHealthy ? 'HEALTHY' : 'UNHEALTHY',
    }));
    return { result: { AutoScalingInstances: members(described), NextToken: page.next } };
  });

/** Instance of the Auto Scaling API. */
export function describeMember(world: World, group: AutoScalingGroup, member: AutoScalingInstance) {
  return {
    InstanceId: member.instanceId,
    InstanceType: 'c6in.large',
    AvailabilityZone: world.instance(member.instanceId).availabilityZone,
    LifecycleState: member.state,
    HealthStatus: member.isHealthy ? 'Healthy' : 'Unhealthy',
    LaunchTemplate: launchTemplateOf(group),
    ProtectedFromScaleIn: false,
  };
}

/** LaunchTemplateSpecification: AWS's groups cannot do without; nothing is launched from this one. */
export const launchTemplateOf = ({ name }: AutoScalingGroup): XmlValue => ({
  LaunchTemplateId: 'lt-00000000000000001',
  LaunchTemplateName: name,
  Version: '1',
});
