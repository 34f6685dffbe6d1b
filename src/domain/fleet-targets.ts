import type { Target, TargetGroup } from './target-group.js';
import { sayHealth } from './target-health.js';
import type { Sight, TargetHealth } from './target-health.js';

/** One target of a group, with the instance behind it. */
export interface FleetTarget {
  readonly target: Target;
  /** Null where EC2 knows no instance with the target's address any more. */
  readonly instanceId: string | null;
  /** Null for an instance that is terminated or forgotten. */
  readonly privateIp: string | null;
  readonly zone: string | null;
  readonly health: TargetHealth;
}

export interface FleetTargets {
  readonly targetGroupArn: string;
  readonly targetType: string;
  /** By target id. */
  readonly targets: readonly FleetTarget[];
}

type WithHealth = Pick<FleetTarget, 'target' | 'health'>;

/** Those that passed their health checks: `healthy`, and nothing else. */
export const countHealthy = (targets: readonly WithHealth[]): number =>
  targets.filter(({ health }) => health.state === 'healthy').length;

/** The state of each target by its id; by `id:port` where an id is registered on several ports. */
export function healthStates(targets: readonly WithHealth[]): Record<string, TargetHealth['state']> {
  const ids = targets.map(({ target }) => target.id);
  const isTwice = (id: string) => ids.indexOf(id) !== ids.lastIndexOf(id);
  return Object.fromEntries(
    targets.map(({ target: { id, port = 'default' }, health }) => [isTwice(id) ? `${id}:${port}` : id, health.state]),
  );
}

/** Private IPs of all targets, whatever their health: sorted, each once. */
export const nodeIps = (targets: readonly FleetTarget[]): string[] =>
  [...new Set(targets.flatMap(({ privateIp }) => privateIp ?? []))].sort();

export type FleetVerdict = 'healthy' | 'not in use' | 'look again';

/** A group that has to become healthy, as one thing to look at. */
export interface FleetSight extends Sight {
  readonly verdict: FleetVerdict;
}

/** Few enough to be read, and kept with each change. */
const namedAtMost = 5;

/**
 * `2 of 3 healthy`, with those that are not, and whether to wait on: for at least one target, and for each that is not on its
 * way out. Attached to no listener none of them will ever be healthy, nor any that is still to come.
 */
export function sightOf(
  targets: readonly WithHealth[],
  { loadBalancerArns }: Pick<TargetGroup, 'loadBalancerArns'>,
): FleetSight {
  const staying = targets.filter(({ health }) => health.state !== 'draining' && health.state !== 'unhealthy.draining');
  if (staying.length === 0) {
    if (loadBalancerArns.length > 0) return { state: 'no targets', verdict: 'look again' };
    return { state: 'no targets', description: 'and no load balancer', verdict: 'not in use' };
  }
  const healthy = countHealthy(staying);
  const others = staying.filter(({ health }) => health.state !== 'healthy');
  const isInUse = others.every(({ health }) => health.reason !== 'Target.NotInUse');
  return {
    state: `${healthy} of ${staying.length} healthy`,
    ...(others.length === 0 ? {} : { description: sayOthers(others) }),
    verdict: !isInUse ? 'not in use' : others.length === 0 ? 'healthy' : 'look again',
  };
}

function sayOthers(others: readonly WithHealth[]): string {
  const named = others.slice(0, namedAtMost).map(({ target, health }) => `${target.id} ${sayHealth(health)}`);
  const more = others.length - named.length;
  return [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(', ');
}
