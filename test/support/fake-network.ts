import type { Network, PutRoute } from '../../src/aws/api.js';
import type { ClusterInstance } from '../../src/domain/legacy/discovery.js';
import type { RouteTable } from '../../src/domain/legacy/ingress-route.js';

export interface FakeNetwork extends Network {
  /** Every change that was asked for, in order. */
  readonly changes: readonly PutRoute[];
  /** Every list that was asked for, as `tables of fw-prod in vpc-0a1b2c3d`. */
  readonly reads: readonly string[];
}

export interface FakeNetworkOptions {
  readonly instances?: readonly ClusterInstance[];
  readonly tables?: readonly RouteTable[];
  /** What the changes answer: false for a table that changed meanwhile. @default true */
  readonly takes?: boolean;
}

/** A network in memory: what it is asked to change is noted, and does not change what it lists. */
export function aFakeNetwork({ instances = [], tables = [], takes = true }: FakeNetworkOptions = {}): FakeNetwork {
  const changes: PutRoute[] = [];
  const reads: string[] = [];
  return {
    changes,
    reads,
    clusterInstances({ vpcId, tag }) {
      reads.push(`instances of ${tag.value} in ${vpcId}`);
      return Promise.resolve([...instances]);
    },
    routeTables({ vpcId, tag }) {
      reads.push(`tables of ${tag.value} in ${vpcId}`);
      return Promise.resolve([...tables]);
    },
    putRoute(change) {
      changes.push(change);
      return Promise.resolve(takes);
    },
  };
}
