import { z } from 'zod';
import type { TargetGroup } from '../world/target-group.js';
import { genevePort } from '../world/target-group.js';
import type { TargetHealth } from '../world/target-health.js';
import { reasons } from '../world/target-health.js';
import type { World } from '../world/world.js';
import { AwsError } from '../wire/aws-error.js';
import type { XmlValue } from '../wire/xml.js';
import { members } from '../wire/xml.js';
import { findTargetGroup, validationError } from './elbv2-lookup.js';
import type { Action } from './service.js';
import { action, listOf } from './service.js';

/** The most targets of one group. Source: GWLB quotas. */
const targetsPerGroup = 1000;

const targetDescription = z.object({ Id: z.string(), Port: z.coerce.number().int().min(1).max(65535).optional() });
const changeParameters = z.object({ TargetGroupArn: z.string(), Targets: listOf(targetDescription) });
const healthParameters = changeParameters.extend({ Include: listOf(z.string()) });

type TargetDescription = z.output<typeof targetDescription>;

/** RegisterTargets: all of the targets, or none of them. Registering again changes nothing. */
export const registerTargets = (world: World): Action =>
  action(validationError, changeParameters, ({ TargetGroupArn, Targets }) => {
    const group = findTargetGroup(world, TargetGroupArn);
    const targets = requireTargets(Targets);
    for (const target of targets) refuseTarget(world, group, target);
    const listed = new Set([...group.targets].filter(([, { isListed }]) => isListed).map(([key]) => key));
    for (const { Id, Port = group.port } of targets) listed.add(`${Id}:${Port}`);
    if (listed.size > targetsPerGroup) {
      throw new AwsError(
        'TooManyTargets',
        `The target group '${group.name}' would have more than ${targetsPerGroup} targets`,
      );
    }
    for (const { Id, Port } of targets) world.registerTarget(group, Id, Port);
    return { result: {}, effect: `registered ${names(targets)} with ${group.name}` };
  });

/** DeregisterTargets. A target that is not registered is no error. */
export const deregisterTargets = (world: World): Action =>
  action(validationError, changeParameters, ({ TargetGroupArn, Targets }) => {
    const group = findTargetGroup(world, TargetGroupArn);
    const targets = requireTargets(Targets);
    const listed = targets.filter(({ Id, Port }) => world.target(group, Id, Port)?.isListed);
    for (const { Id, Port } of listed) world.target(group, Id, Port)?.deregister();
    return listed.length === 0
      ? { result: {} }
      : { result: {}, effect: `deregistered ${names(listed)} from ${group.name}` };
  });

/** DescribeTargetHealth: of the targets asked for, registered or not; else of all that are registered or draining. */
export const describeTargetHealth = (world: World): Action =>
  action(validationError, healthParameters, ({ TargetGroupArn, Targets }) => {
    const group = findTargetGroup(world, TargetGroupArn);
    const described = Targets?.length
      ? Targets.map(({ Id, Port = group.port }) => {
          const target = world.target(group, Id, Port);
          return describe(group, Id, Port, target?.health ?? reasons.notRegistered);
        })
      : [...group.targets.values()]
          .filter(({ isListed }) => isListed)
          .map(({ id, port, health }) => describe(group, id, port, health));
    return { result: { TargetHealthDescriptions: members(described) } };
  });

function requireTargets(targets: TargetDescription[] | undefined): TargetDescription[] {
  if (!targets?.length) throw new AwsError(validationError, 'At least one target must be specified');
  return targets;
}

/** @throws `AwsError` when AWS would not take this target into this group. */
function refuseTarget(world: World, group: TargetGroup, { Id, Port }: TargetDescription): void {
  const instance = world.instanceOf(group, Id);
  const invalid = (message: string) => new AwsError('InvalidTarget', `The following targets ${message}: '${Id}'`);
  if (!instance) throw invalid('are not valid');
  if (instance.vpcId !== group.vpcId) throw invalid(`are not in the target group VPC '${group.vpcId}'`);
  if (group.targetType === 'instance' && instance.state !== 'running') {
    throw invalid('are not in a running state and cannot be registered');
  }
  if (group.protocol === 'GENEVE' && Port !== undefined && Port !== genevePort) {
    throw new AwsError(validationError, `Port '${Port}' is not supported for targets of a GENEVE target group`);
  }
}

function describe(group: TargetGroup, id: string, port: number, health: TargetHealth): XmlValue {
  const { port: checked } = group.healthCheck;
  return {
    Target: { Id: id, Port: port },
    HealthCheckPort: checked === 'traffic-port' ? port : checked,
    TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
  };
}

const names = (targets: readonly TargetDescription[]): string => targets.map(({ Id }) => Id).join(', ');
