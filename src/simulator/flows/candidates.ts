/** To which target a flow goes: pure choices. Source: GWLB user guide, "Target groups", "Target failover". */
import type { TargetHealth } from '../world/targets/target-health.js';

/** A target, as far as steering looks at it. */
export interface Candidate {
  readonly key: string;
  readonly availabilityZone: string | undefined;
  readonly health: TargetHealth;
}

interface Rules {
  readonly crossZone: boolean;
  readonly failOpen: boolean;
}

/**
 * Those that may get a new flow which enters in `zone`: the healthy ones; where there are none, and the load balancer fails open,
 * those that are registered at all.
 */
export function candidatesFor<Target extends Candidate>(
  targets: readonly Target[],
  zone: string,
  { crossZone, failOpen }: Rules,
): readonly Target[] {
  const reachable = crossZone ? targets : targets.filter(({ availabilityZone }) => availabilityZone === zone);
  const healthy = reachable.filter(({ health }) => health.state === 'healthy');
  if (healthy.length > 0 || !failOpen) return healthy;
  return reachable.filter(({ health }) => health.state !== 'draining' && health.state !== 'unused');
}

/** The one of them that flows with this key go to; undefined when there are none. The same one as long as they are the same. */
export const pick = <Target>(candidates: readonly Target[], stickinessKey: string): Target | undefined =>
  candidates[hash(stickinessKey) % Math.max(1, candidates.length)];

/** Whether a target of which the load balancer thought well cannot take packets any more. */
export const hasFailed = ({ state, reason }: TargetHealth): boolean =>
  state === 'unhealthy' || reason === 'Target.InvalidState';

/** FNV-1a, 32 bits, and a last mixing step: without it, keys that differ in their last digits fall into few buckets. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
