import { z } from 'zod';
import type { AutoScalingGroup } from '../../world/auto-scaling/auto-scaling-group.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { XmlValue } from '../../wire/xml.js';
import { members } from '../../wire/xml.js';
import { pageOf } from '../page.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';
import { describeMember, launchTemplateOf } from './instances.js';
import { flag, groupName, invalidNextToken, maxRecords, validationError } from './lookup.js';

/** Groups per page: the most, and when nobody says. Source: Auto Scaling API reference, DescribeAutoScalingGroups. */
const largestPage = 100;
const usualPage = 50;

/** DefaultCooldown when nobody says, in seconds. Source: Auto Scaling API reference, CreateAutoScalingGroup. */
const defaultCooldownSeconds = 300;

const parameters = z.object({
  AutoScalingGroupNames: listOf(groupName),
  IncludeInstances: flag.default(true),
  IncludeManagedResources: flag.optional(),
  Filters: listOf(z.object({ Name: z.string(), Values: listOf(z.string()) })),
  MaxRecords: maxRecords(largestPage),
  NextToken: z.string().optional(),
});

/** DescribeAutoScalingGroups: those asked for, or all. A name that is none is left out without an error. */
export const describeAutoScalingGroups = (world: World, pageSize = largestPage): Action =>
  action(validationError, parameters, ({ AutoScalingGroupNames = [], Filters = [], ...input }) => {
    const { IncludeInstances, MaxRecords = usualPage, NextToken } = input;
    const wanted = new Set(AutoScalingGroupNames);
    const filters = Filters.map(({ Name, Values = [] }) => tagFilter(Name, Values));
    const found = [...world.autoScaling.groups.values()].filter(
      (group) =>
        (wanted.size === 0 || wanted.has(group.name)) && filters.every((passes) => passes(group.settings.tags)),
    );
    const page = pageOf(found, NextToken, Math.min(MaxRecords, pageSize), invalidNextToken);
    const described = page.items.map((group) => describe(world, group, IncludeInstances));
    return { result: { AutoScalingGroups: members(described), NextToken: page.next } };
  });

/** @throws `AwsError` ValidationError when Auto Scaling has no filter of that name. */
function tagFilter(name: string, values: readonly string[]): (tags: Readonly<Record<string, string>>) => boolean {
  if (name === 'tag-key') return (tags) => values.some((key) => Object.hasOwn(tags, key));
  if (name === 'tag-value') return (tags) => Object.values(tags).some((value) => values.includes(value));
  if (!name.startsWith('tag:'))
    throw new AwsError(
      validationError,
      `Filter type ${name} is not correct. Allowed Filter types are: tag-key tag-value tag:<key>`,
    );
  const key = name.slice('tag:'.length);
  return (tags) => Object.hasOwn(tags, key) && values.includes(tags[key] ?? '');
}

function describe(world: World, group: AutoScalingGroup, includeInstances: boolean): XmlValue {
  const { settings, instances } = group;
  const hosts = instances.map(({ instanceId }) => world.instance(instanceId));
  const zones = new Set(hosts.map(({ availabilityZone }) => availabilityZone));
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: launchTemplateOf(group),
    MinSize: settings.minSize,
    MaxSize: settings.maxSize,
    DesiredCapacity: group.desiredCapacity,
    DefaultCooldown: defaultCooldownSeconds,
    AvailabilityZones: members(zones.size === 0 ? [`${world.region}a`] : [...zones].sort()),
    LoadBalancerNames: members([]),
    TargetGroupARNs: members(settings.targetGroupArns),
    HealthCheckType: settings.healthCheckType,
    HealthCheckGracePeriod: settings.healthCheckGracePeriodSeconds,
    Instances: members(includeInstances ? instances.map((member) => describeMember(world, group, member)) : []),
    CreatedTime: new Date(group.createdAt).toISOString(),
    SuspendedProcesses: members([]),
    VPCZoneIdentifier: [...new Set(hosts.map(({ subnetId }) => subnetId))].sort().join(','),
    EnabledMetrics: members([]),
    Tags: members(
      Object.entries(settings.tags).map(([Key, Value]) => ({
        ResourceId: group.name,
        ResourceType: 'auto-scaling-group',
        Key,
        Value,
        PropagateAtLaunch: true,
      })),
    ),
    TerminationPolicies: members(['Default']),
    NewInstancesProtectedFromScaleIn: false,
    ServiceLinkedRoleARN: `arn:aws:iam::${world.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    TrafficSources: members(settings.targetGroupArns.map((Identifier) => ({ Identifier, Type: 'elbv2' }))),
  };
}
