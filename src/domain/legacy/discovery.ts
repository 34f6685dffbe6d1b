import { StepFailure } from '../failures.js';
import { clusterTag } from '../ids.js';
import type { InstanceMetadata } from '../instance.js';
import type { Link } from '../tunnel.js';
import { egressDescription, ingressDescription, managementDescription } from './network-interface.js';
import type { NetworkInterface } from './network-interface.js';

/** A running instance of the cluster, as EC2 describes it. */
export interface ClusterInstance {
  readonly instanceId: string;
  readonly interfaces: readonly ClusterInterface[];
}

/** A network interface of one. EC2 leaves out what it does not have. */
export interface ClusterInterface {
  readonly eniId: string;
  readonly description: string | undefined;
  readonly privateIp: string | undefined;
  readonly subnetId: string | undefined;
}

/** What the route mode finds of this instance and its cluster. Plain JSON. */
export interface DiscoveryOutput {
  readonly clusterName: string;
  readonly instanceId: string;
  /** Whether the instance carries the tag `neuwerk:leader`. Shown only: nothing is decided by it. */
  readonly isLeader: boolean;
  /** Null where EC2 knows none of that description, or no link of the kernel has its address. */
  readonly ingressInterface: NetworkInterface | null;
  readonly managementInterface: NetworkInterface | null;
  readonly egressInterface: NetworkInterface | null;
  /** Private IPs of the other instances, but those of their ingress and egress interfaces; sorted, each once; empty for the first one. */
  readonly peers: readonly string[];
}

export interface DiscoveryFacts {
  readonly cluster: string;
  readonly instance: Pick<InstanceMetadata, 'instanceId'>;
  readonly isLeader: boolean;
  /** The cluster's running instances in this VPC, this one among them. */
  readonly instances: readonly ClusterInstance[];
  readonly links: readonly Link[];
}

/** Who is who, by the descriptions of the interfaces and the addresses of the kernel's links. */
export function discover({ cluster, instance, isLeader, instances, links }: DiscoveryFacts): DiscoveryOutput {
  const own = ownInterfaces(instances, instance.instanceId);
  const described = (description: string): NetworkInterface | null => {
    for (const { eniId, privateIp, ...nic } of own) {
      if (nic.description !== description || privateIp === undefined) continue;
      const link = links.find(({ addresses }) => addresses.includes(privateIp));
      if (link !== undefined) return { deviceName: link.name, eniId, primaryAddress: privateIp };
    }
    return null;
  };
  const peers = instances
    .filter(({ instanceId }) => instanceId !== instance.instanceId)
    .flatMap(({ interfaces }) => interfaces)
    .filter(({ description }) => description !== ingressDescription && description !== egressDescription)
    .flatMap(({ privateIp }) => privateIp ?? []);
  return {
    clusterName: cluster,
    instanceId: instance.instanceId,
    isLeader,
    ingressInterface: described(ingressDescription),
    managementInterface: described(managementDescription),
    egressInterface: described(egressDescription),
    peers: [...new Set(peers)].sort(),
  };
}

/**
 * The ingress interface, which this mode cannot do without.
 *
 * @throws InterfaceNotFound (final), with what there is instead.
 */
export function requireIngress(
  { ingressInterface, clusterName, instanceId }: DiscoveryOutput,
  { instances, links }: Pick<DiscoveryFacts, 'instances' | 'links'>,
): NetworkInterface {
  if (ingressInterface !== null) return ingressInterface;
  const refuse = (message: string) => new StepFailure('InterfaceNotFound', message, { final: true });
  if (!instances.some((each) => each.instanceId === instanceId)) {
    throw refuse(
      `${instanceId} is not among the ${instances.length} running instances with tag ${clusterTag}=${clusterName} in its VPC; tag it`,
    );
  }
  const own = ownInterfaces(instances, instanceId);
  const missed = own.find(({ description }) => description === ingressDescription);
  if (missed !== undefined) {
    const names = links.map(({ name }) => name).sort();
    const address = missed.privateIp ?? 'no private IPv4 address';
    throw refuse(
      `ingress interface ${missed.eniId} of ${instanceId}: found its address (${address}) on none of the links ${names.join(', ')}; configure it on the host`,
    );
  }
  const found = own.map(({ eniId, description }) => `${eniId} (${description ?? ''})`).join(', ');
  throw refuse(
    `${instanceId} has no network interface with the description ${ingressDescription}: found ${found === '' ? 'none' : found}; describe the one that takes the traffic so`,
  );
}

/** The subnet that EC2 has the interface in; undefined where it does not say. */
export const subnetOf = (instances: readonly ClusterInstance[], eniId: string): string | undefined =>
  instances.flatMap(({ interfaces }) => interfaces).find((nic) => nic.eniId === eniId)?.subnetId;

const ownInterfaces = (instances: readonly ClusterInstance[], instanceId: string): readonly ClusterInterface[] =>
  instances.find((each) => each.instanceId === instanceId)?.interfaces ?? [];
