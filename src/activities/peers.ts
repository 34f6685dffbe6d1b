import { clusterTag } from '../domain/ids.js';
import type { InstanceMetadata } from '../domain/instance.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';

/** Private IPs of the cluster's other running instances in this VPC, sorted; empty for the first one. Changes nothing. */
export function listPeers(
  { instances }: AwsDependencies,
  { instance, cluster }: { instance: InstanceMetadata; cluster: string },
  { signal }: Attempt,
): Promise<string[]> {
  const tag = { key: clusterTag, value: cluster };
  return instances.peerIps({ vpcId: instance.vpcId, tag, except: instance.instanceId }, signal);
}
