import type { ClusterInstance } from '../domain/legacy/discovery.js';
import type { RouteTable } from '../domain/legacy/ingress-route.js';
import type { Target, TargetGroup } from '../domain/target-group.js';
import type { TargetHealth } from '../domain/target-health.js';

/**
 * All of AWS as Drawbridge sees it. Every call makes one attempt (I8) and either answers or rejects with the SDK's own
 * error, whose name faults.ts classifies. `signal` ends the request.
 */
export interface TargetGroups {
  /** ARNs of all target groups that carry the tag; all pages. Tagging lags behind changes by seconds. */
  findByTag(key: string, value: string, signal: AbortSignal): Promise<string[]>;
  /** Undefined when there is no such group. */
  describe(arn: string, signal: AbortSignal): Promise<TargetGroup | undefined>;
  /** The attribute `deregistration_delay.timeout_seconds`; undefined when the group has none. */
  deregistrationDelaySeconds(arn: string, signal: AbortSignal): Promise<number | undefined>;
  /** Safe to repeat. */
  register(arn: string, target: Target, signal: AbortSignal): Promise<void>;
  /** Safe to repeat; a target or a group that is gone already counts as done. */
  deregister(arn: string, target: Target, signal: AbortSignal): Promise<void>;
  /** Health of one target. One that is not registered, or whose group is gone, is `unused (Target.NotRegistered)`. */
  health(arn: string, target: Target, signal: AbortSignal): Promise<TargetHealth>;
  /** Every target of the group, with the port that it was registered on where that is not the group's own. */
  targets(arn: string, signal: AbortSignal): Promise<{ target: Target; health: TargetHealth }[]>;
}

export interface Instances {
  /** Private IPs of the running instances in the VPC that carry the tag, without `except`; all pages, sorted. */
  peerIps(query: PeerQuery, signal: AbortSignal): Promise<string[]>;
  /** Undefined for an instance that is unknown or has no private IP any more. */
  privateIp(instanceId: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface ClusterQuery {
  readonly vpcId: string;
  readonly tag: { readonly key: string; readonly value: string };
}

export interface PeerQuery extends ClusterQuery {
  readonly except: string;
}

/** What the deprecated route mode needs of EC2, and nobody else. */
export interface Network {
  /** The running instances in the VPC that carry the tag, with their network interfaces; all pages. */
  clusterInstances(query: ClusterQuery, signal: AbortSignal): Promise<ClusterInstance[]>;
  /** The route tables in the VPC that carry the tag; all pages. */
  routeTables(query: ClusterQuery, signal: AbortSignal): Promise<RouteTable[]>;
  /**
   * Gives the table a route to a network interface, or the route that is there another target.
   *
   * @returns false when the table has changed meanwhile: there is such a route already, or none any more.
   */
  putRoute(change: PutRoute, signal: AbortSignal): Promise<boolean>;
}

export interface PutRoute {
  readonly action: 'create' | 'replace';
  readonly routeTableId: string;
  /** An IPv4 block. */
  readonly destination: string;
  readonly to: string;
}

/** Hears of each request when it begins; what it returns hears of its end. Must not throw. */
export type RequestObserver = (request: {
  /** The SDK's name of it, such as `Elastic Load Balancing v2`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
}) => (end: RequestEnd) => void;

export interface RequestEnd {
  /** Of HTTP; undefined when there was no answer. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Set when it failed: AWS's name, or that of what kept the request from being answered. */
  readonly errorName?: string;
}

export interface Aws {
  readonly targetGroups: TargetGroups;
  readonly instances: Instances;
}
