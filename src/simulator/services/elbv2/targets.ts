import { isIPv4 } from 'node:net';
import { z } from 'zod';
import type { TargetGroup } from '../../world/targets/target-group.js';
import { genevePort } from '../../world/targets/target-group.js';
import type { TargetHealth } from '../../world/targets/target-health.js';
import { isListed, reasons } from '../../world/targets/target-health.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { XmlValue } from '../../wire/xml.js';
import { members } from '../../wire/xml.js';
import { findTargetGroup, validationError } from './lookup.js';
import type { Action, Performed } from '../service.js';
import { action, listOf } from '../service.js';

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
    const changed = targets.filter(({ Id, Port }) => world.target(group, Id, Port)?.isRegistered !== true);
    for (const { Id, Port } of targets) world.registerTarget(group, Id, Port);
    return performed('registered', changed, `with ${group.name}`);
  });

/** DeregisterTargets. A target that is not registered is no error. */
export const deregisterTargets = (world: World): Action =>
  action(validationError, changeParameters, ({ TargetGroupArn, Targets }) => {
    const group = findTargetGroup(world, TargetGroupArn);
    const targets = requireTargets(Targets);
    const [listed, unknown] = [true, false].map((wanted) =>
      targets.filter(({ Id, Port }) => (world.target(group, Id, Port)?.isListed ?? false) === wanted),
    ) as [TargetDescription[], TargetDescription[]];
    if (unknown.length > 0 && world.assumptions.deregisterUnknown === 'InvalidTarget')
      throw new AwsError('InvalidTarget', `The following targets are not registered: ${quoted(unknown)}`);
    const changed = listed.filter(({ Id, Port }) => world.target(group, Id, Port)?.isRegistered === true);
    for (const { Id, Port } of listed) world.target(group, Id, Port)?.deregister();
    return performed('deregistered', changed, `from ${group.name}`);
  });

/** DescribeTargetHealth: of the targets asked for, registered or not; else of all that are registered or draining. */
export const describeTargetHealth = (world: World): Action =>
  action(validationError, healthParameters, ({ TargetGroupArn, Targets }, _caller, asOf) => {
    const group = findTargetGroup(world, TargetGroupArn, asOf);
    const described = Targets?.length
      ? Targets.map(({ Id, Port = group.port }) => {
          const target = world.target(group, Id, Port);
          return describe(group, Id, Port, target?.healthAt(asOf) ?? reasons.notRegistered);
        })
      : [...group.targets.values()]
          .map((target) => ({ target, health: target.healthAt(asOf) }))
          .filter(({ health }) => isListed(health))
          .map(({ target: { id, port }, health }) => describe(group, id, port, health));
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
  if (!instance && !(group.targetType === 'ip' && isPrivateAddress(Id))) throw invalid('are not valid');
  if (instance && instance.vpcId !== group.vpcId) throw invalid(`are not in the target group VPC '${group.vpcId}'`);
  if (group.targetType === 'instance' && instance?.state !== 'running') {
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

/** An address that an ip group takes, whoever has it. Source: ELBv2 user guide, RFC 1918 and RFC 6598 ranges. */
const isPrivateAddress = (id: string): boolean =>
  isIPv4(id) && /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(id);

const quoted = (targets: readonly TargetDescription[]): string => targets.map(({ Id }) => `'${Id}'`).join(', ');

/** What was done, and to whom: nothing, where everybody was so already. */
function performed(done: string, changed: readonly TargetDescription[], group: string): Performed {
  if (changed.length === 0) return { result: {} };
  return { result: {}, effect: `${done} ${changed.map(({ Id }) => Id).join(', ')} ${group}` };
}
