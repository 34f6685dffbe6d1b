import type { LegacyApplied } from '../../activities/legacy.js';
import { sayNetworkInterface } from '../../domain/legacy/network-interface.js';
import type { NetworkInterface } from '../../domain/legacy/network-interface.js';
import type { RouteChange } from '../../domain/legacy/ingress-route.js';

/** What was found of this instance, what its controller is told, and what became of the route. */
export function appliedView({ discovery, config, change }: LegacyApplied, say: (change: RouteChange | null) => string) {
  const { clusterName, instanceId, isLeader, ingressInterface, managementInterface, egressInterface } = discovery;
  const nic = (found: NetworkInterface | null) => (found === null ? 'none found' : sayNetworkInterface(found));
  const rows = {
    ingress: nic(ingressInterface),
    management: nic(managementInterface),
    egress: nic(egressInterface),
    'leader tag': isLeader ? 'yes (not used)' : 'no',
    peers: config.peers.join(', ') || 'none',
    DNS: config.dnsListener,
    route: say(change),
  };
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(10)}  ${value}`);
  return [`${instanceId}, cluster ${clusterName}`, ...lines].join('\n');
}
