import type { Ec2Instance } from '../domain/ec2-instance.js';
import type { Invocation } from '../domain/remote-command.js';
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
  /** All target groups of the account and region that speak GENEVE; all pages. */
  listGeneve(signal: AbortSignal): Promise<TargetGroup[]>;
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
  /** Those that EC2 knows, in any order; terminated ones are known for about an hour. All pages. */
  describe(which: WhichInstances, signal: AbortSignal): Promise<Ec2Instance[]>;
}

/** By id, or by the private IP of any of their interfaces. */
export type WhichInstances =
  { readonly instanceIds: readonly string[] } | { readonly addresses: readonly string[]; readonly vpcId: string };

/** Run Command of Systems Manager, on one instance at a time. */
export interface Commands {
  /**
   * Runs the script by AWS-RunShellScript. Not safe to repeat: each call runs it once more.
   *
   * @returns the command's id.
   */
  send(command: RemoteCommand, signal: AbortSignal): Promise<string>;
  /** The newest command with this comment that the instance was sent after the time (milliseconds since the epoch); all pages. Lags behind by seconds. */
  findByComment(sent: SentCommand, signal: AbortSignal): Promise<string | undefined>;
  /** Undefined while Systems Manager does not list it yet. */
  invocation(commandId: string, instanceId: string, signal: AbortSignal): Promise<Invocation | undefined>;
  /** Safe to repeat; changes nothing of a command that has ended. */
  cancel(commandId: string, instanceId: string, signal: AbortSignal): Promise<void>;
}

export interface RemoteCommand {
  readonly instanceId: string;
  readonly script: string;
  /** Of at most 100 characters. */
  readonly comment: string;
  /** After which the instance ends the script by itself. */
  readonly timeoutSeconds: number;
}

export interface SentCommand extends Pick<RemoteCommand, 'instanceId' | 'comment'> {
  readonly after: number;
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
  readonly commands: Commands;
}
