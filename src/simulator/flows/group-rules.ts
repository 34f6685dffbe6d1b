/** What the attributes of group, listener and load balancer mean for flows. Source: GWLB user guide. */
import type { TargetGroup } from '../world/targets/target-group.js';
import type { FiveTuple } from './flow.js';

/** Idle timeouts that nobody set, in seconds. The one of other protocols than TCP cannot be. */
const tcpIdleTimeoutSeconds = 350;
const otherIdleTimeoutSeconds = 120;

/** After which silence a flow is forgotten. The listener's attribute counts with 5-tuple stickiness only. */
export function idleSecondsOf(group: TargetGroup, { protocol }: FiveTuple): number {
  if (protocol !== 'tcp') return otherIdleTimeoutSeconds;
  return group.attributes.get('stickiness.enabled') === 'true' ? tcpIdleTimeoutSeconds : group.tcpIdleTimeoutSeconds;
}

/** Whether existing flows leave a target that is unhealthy, or deregistered. */
export const rebalances = (group: TargetGroup, event: 'on_unhealthy' | 'on_deregistration'): boolean =>
  group.attributes.get(`target_failover.${event}`) === 'rebalance';

/** Whether a flow may go to a target in another zone than the one where it enters. */
export function crossZoneOf(group: TargetGroup): boolean {
  const own = group.attributes.get('load_balancing.cross_zone.enabled');
  return own === 'true' || (own !== 'false' && group.crossZone);
}
