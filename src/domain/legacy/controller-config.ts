import type { DiscoveryOutput } from './discovery.js';
import type { NetworkInterface } from './network-interface.js';

/** Source: the specification, the listener of the appliance's DNS proxy. */
const dnsPort = 53;

/** What an appliance's controller is told by whoever starts it. */
export interface LegacyGiven {
  readonly ingressDevice: string;
  readonly egressDevice: string;
  readonly managementAddress: string;
  readonly peers: readonly string[];
}

/** The same with what was discovered: all that an appliance in route mode has to know, as JSON. */
export interface LegacyControllerConfig extends LegacyGiven {
  readonly clusterName: string;
  readonly instanceId: string;
  readonly ingressAddress: string;
  /** Where its DNS proxy listens: host and port. */
  readonly dnsListener: string;
}

/** What was found goes before what was given; where nothing was found, what was given stays. Peers are added to those given. */
export function legacyControllerConfig(
  given: LegacyGiven,
  { clusterName, instanceId, managementInterface, egressInterface, peers }: DiscoveryOutput,
  ingress: NetworkInterface,
): LegacyControllerConfig {
  return {
    clusterName,
    instanceId,
    ingressDevice: ingress.deviceName,
    egressDevice: egressInterface?.deviceName ?? given.egressDevice,
    managementAddress: managementInterface?.primaryAddress ?? given.managementAddress,
    ingressAddress: ingress.primaryAddress,
    dnsListener: `${ingress.primaryAddress}:${dnsPort}`,
    peers: [...new Set([...given.peers, ...peers])],
  };
}
