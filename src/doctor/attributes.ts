import type { FleetInstance, GroupSettings } from '../aws/inspection.js';
import type { DrainPolicy } from '../domain/drain.js';
import { drainSeconds, drainWarning } from '../domain/drain.js';
import type { Line } from './line.js';
import { notChecked, ok, warn } from './line.js';
import { awsCli } from './mend.js';
import type { Mend } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';
import type { RegisteredTargetHealth } from './target-group.js';

export interface AttributeFacts {
  readonly region: string | undefined;
  readonly drain: DrainPolicy | undefined;
  readonly attributes: Probed<Readonly<Record<string, string>>>;
  readonly targets: Probed<readonly RegisteredTargetHealth[]>;
  readonly fleet: Probed<readonly FleetInstance[]>;
}

const delayKey = 'deregistration_delay.timeout_seconds';
const failoverKeys = ['target_failover.on_deregistration', 'target_failover.on_unhealthy'] as const;
const crossZoneKey = 'load_balancing.cross_zone.enabled';

/** What the group does with flows whose target goes, against what a drain does. */
export function checkAttributes(group: GroupSettings, facts: AttributeFacts): Line[] {
  const { attributes } = facts;
  if ('error' in attributes) return [notChecked('attributes', reasonOf(attributes.error))];
  const modify = (...pairs: readonly string[]): Mend => {
    const settings = pairs.map((pair) => pair.replace(/(.*)=(.*)/, 'Key=$1,Value=$2'));
    const target = ['--target-group-arn', group.arn, '--attributes', ...settings];
    return awsCli(facts.region, 'elbv2', 'modify-target-group-attributes', ...target);
  };
  return [
    checkDelay(attributes.value, facts.drain, modify),
    checkFailover(attributes.value, modify),
    checkCrossZone(group, attributes.value, facts, modify),
  ];
}

/** The group's deregistration delay in seconds, undefined where it is not known. */
export function delaySecondsOf(attributes: Probed<Readonly<Record<string, string>>>): number | undefined {
  const seconds = Number.parseInt('value' in attributes ? (attributes.value[delayKey] ?? '') : '', 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}

type Attributes = Readonly<Record<string, string>>;
type Modify = (...pairs: readonly string[]) => Mend;

function checkDelay(attributes: Attributes, drain: DrainPolicy | undefined, modify: Modify): Line {
  const check = 'deregistration delay';
  const delay = delaySecondsOf({ value: attributes });
  const period = drainSeconds(drain, delay);
  const mend = modify(`${delayKey}=${Math.ceil(period)}`);
  const shorter = drainWarning(drain, delay);
  if (delay === undefined || shorter !== undefined) return warn(check, shorter ?? 'unknown', mend);
  if (drain === 'deregistration-delay') return ok(check, `${delay} s, which is the drain period`);
  if (delay === period) return ok(check, `${delay} s, as the drain period`);
  const why = `${delay} s: AWS is done with the target before the drain period of ${period} s is over`;
  return warn(check, why, mend);
}

function checkFailover(attributes: Attributes, modify: Modify): Line {
  const found = failoverKeys.map((key) => attributes[key] ?? 'no_rebalance');
  if (found.every((value) => value === 'rebalance')) return ok('target failover', 'rebalance');
  return warn(
    'target failover',
    'no_rebalance: flows of a target that left or failed go on to it until they are idle (TCP 350 s, others 120 s)',
    modify(...failoverKeys.map((key) => `${key}=rebalance`)),
  );
}

/**
 * Without cross-zone a zone's endpoint knows the targets of its own zone alone: where that is one, nobody is left while it is
 * out. Of a Gateway Load Balancer the attribute is the load balancer's; off unless somebody turned it on.
 */
function checkCrossZone(
  { loadBalancerArns }: GroupSettings,
  attributes: Attributes,
  { targets, fleet, region }: AttributeFacts,
  modify: Modify,
): Line {
  const check = 'cross-zone';
  const setting = attributes[crossZoneKey] ?? 'use_load_balancer_configuration';
  if (setting === 'true') return ok(check, 'on');
  const said = setting === 'false' ? 'off' : 'as the load balancer has it, off by default';
  if ('error' in targets) return notChecked(check, `${said}; targets: ${reasonOf(targets.error)}`);
  if ('error' in fleet) return notChecked(check, `${said}; zones: ${reasonOf(fleet.error)}`);
  const [loadBalancer] = loadBalancerArns;
  const mend =
    setting === 'false' || loadBalancer === undefined
      ? modify(`${crossZoneKey}=true`)
      : awsCli(
          ...([region, 'elbv2', 'modify-load-balancer-attributes', '--load-balancer-arn', loadBalancer] as const),
          ...['--attributes', `Key=${crossZoneKey},Value=true`],
        );
  const alone = zonesWithOne(targets.value, fleet.value);
  if (alone.length === 0) return ok(check, `${said}; no zone depends on a single target`);
  return warn(
    check,
    `${said}, with one healthy target in ${alone.join(', ')}: nobody is left there while it is out`,
    mend,
  );
}

/** Zones where exactly one target is healthy. */
function zonesWithOne(targets: readonly RegisteredTargetHealth[], fleet: readonly FleetInstance[]): string[] {
  const count = new Map<string, number>();
  for (const { target, health } of targets) {
    const zone = fleet.find(({ instanceId, privateIp }) => [instanceId, privateIp].includes(target.id))?.zone;
    if (zone !== undefined && health.state === 'healthy') count.set(zone, (count.get(zone) ?? 0) + 1);
  }
  return [...count]
    .filter(([, healthy]) => healthy === 1)
    .map(([zone]) => zone)
    .sort();
}
