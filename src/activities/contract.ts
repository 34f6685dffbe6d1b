/**
 * What each activity promises to a workflow that calls it. Inputs and results are plain JSON. Every one fails with an
 * `ApplicationFailure` whose `type` is one of `failureTypes`: those named here, and whatever AWS answers: AwsThrottled and
 * AwsUnavailable, worth another try, AwsDenied and AwsRefused, final. Names that end in `Ms` are milliseconds; `windowMs` is how
 * long to go on looking, from when the first attempt was due.
 */
import type { ControllerConfig } from '../domain/controller-config.js';
import type { Ec2Instance } from '../domain/ec2-instance.js';
import type { FleetTargets } from '../domain/fleet-targets.js';
import type { InstanceMetadata } from '../domain/instance.js';
import type { DiscoveryOutput } from '../domain/legacy/discovery.js';
import type { RouteChange } from '../domain/legacy/ingress-route.js';
import type { RemoteOutput } from '../domain/remote-command.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import type { Observation, Observed, Sight, TargetHealth } from '../domain/target-health.js';
import type { Tunnel } from '../domain/tunnel.js';
import type { Deregistered } from './deregister.js';
import type { Discovered, DiscoverInput } from './discover.js';
import type { ConfirmDrainingInput, DrainingConfirmed } from './draining.js';
import type { WhichGroup } from './fleet-targets.js';
import type { InstanceInGroups, OneInstance } from './instance-reads.js';
import type { AwaitedState } from './instance-state.js';
import type { ApplyInput, LegacyApplied, LegacyInput, ReconcileInput } from './legacy.js';
import type { LocateInput } from './locate.js';
import type { RemoteCommandInput } from './remote-command.js';
import type { TunnelInput } from './tunnel.js';

/** The steps of a life that need only AWS. */
export interface AwsActivities {
  /**
   * The one GENEVE target group that is tagged with the cluster, or the one named, and what to register in it: the instance's
   * id or, in an `ip` group, its address. Changes nothing.
   *
   * @throws TargetGroupNotFound, TargetGroupAmbiguous, TargetGroupNotGeneve, TargetGroupInOtherVpc (final).
   */
  readonly discoverTargetGroup: (input: DiscoverInput) => Promise<Discovered>;
  /**
   * Registers the target, on the group's own port. Safe to repeat. `/health` answers 200 first.
   *
   * @throws HostLeaving, ShutdownRunning (final): the way out has begun; TargetNotReady (retryable) until the instance runs.
   */
  readonly registerTarget: (input: RegisteredTarget & OneInstance) => Promise<void>;
  /**
   * Looks until the target is `healthy`, and returns the states seen on the way. Changes nothing.
   *
   * @throws TargetNotInUse, TargetGroupNotFound (final) at once; HealthTimeout (final) after `windowMs`, with the last state.
   */
  readonly confirmHealthy: (input: RegisteredTarget & { readonly windowMs: number }) => Promise<readonly Observation[]>;
  /** Private IPs of the cluster's other running instances in the VPC: sorted, empty for the first one. Changes nothing. */
  readonly listPeers: (input: { instance: InstanceMetadata; cluster: string }) => Promise<string[]>;
  /**
   * What there is to deregister of an instance. Ends its running startup first, which undoes its registration.
   *
   * @throws TargetGroupNotFound, TargetGroupAmbiguous, TargetGroupNotGeneve (final); TargetUnknown (final): the group is by
   *   address, and the instance has none any more.
   */
  readonly locateTarget: (input: LocateInput) => Promise<RegisteredTarget>;
  /** Takes the target out of its group: no new flows from here on. Safe to repeat; gone already is done. `/health` answers 503 first. */
  readonly deregisterTarget: (input: RegisteredTarget) => Promise<Deregistered>;
  /**
   * Looks every 2 s until the target leaves or has left, and reads the group's deregistration delay, in seconds. Changes nothing.
   *
   * @throws DrainingTimeout (final) after `windowMs` in which AWS says something else, with every state seen.
   */
  readonly confirmDraining: (input: ConfirmDrainingInput) => Promise<DrainingConfirmed>;
}

/** The steps of a life that need the machine. */
export interface HostActivities {
  /**
   * Who this machine is, from IMDSv2: of the primary network interface, and a warning where there are more. Changes nothing.
   *
   * @throws MetadataUnavailable: retryable while the service is silent; final for a field that is missing, or another instance.
   */
  readonly readMetadata: (input: OneInstance) => Promise<InstanceMetadata>;
  /**
   * Looks every second until an interface receives GENEVE, and says by what it was recognised. Changes nothing.
   *
   * @throws TunnelNotFound (final) after `windowMs`, with the interfaces that are there.
   */
  readonly findTunnel: (input: TunnelInput) => Promise<Tunnel>;
  /** Hands the config to the appliance, and returns it: its file is written as a whole, where there is one. Safe to repeat. */
  readonly writeControllerConfig: (input: ControllerConfig) => Promise<ControllerConfig>;
}

/** What an operator asks of AWS and of the instances. Nothing but `executeRemoteCommand` changes anything. */
export interface OperationsActivities {
  /**
   * Every target of the cluster's group, or of the one named, whatever its health, with the instance behind it. All pages; an
   * instance that is terminated or forgotten has no address.
   *
   * @throws TargetGroupNotFound, TargetGroupAmbiguous, TargetGroupNotGeneve (final); InvalidInput (final): neither is named.
   */
  readonly listTargets: (input: WhichGroup) => Promise<FleetTargets>;
  /** How many targets are `healthy`. @throws as `listTargets`. */
  readonly countHealthyTargets: (input: WhichGroup) => Promise<number>;
  /** The state of each target by its id; by `id:port` where one is registered on several ports. @throws as `listTargets`. */
  readonly getTargetHealthStates: (input: WhichGroup) => Promise<Record<string, TargetHealth['state']>>;
  /** Private IPs of all targets, whatever their health: sorted, each once. @throws as `listTargets`. */
  readonly getAllNodeIps: (input: WhichGroup) => Promise<string[]>;
  /** The instance, and every GENEVE group of its VPC that holds it. @throws InstanceNotFound (final). */
  readonly describeInstance: (input: OneInstance) => Promise<InstanceInGroups>;
  /** `running`, `pending` and so on. @throws InstanceNotFound (final). */
  readonly describeInstanceState: (input: OneInstance) => Promise<Ec2Instance['state']>;
  /** Of the primary interface. @throws InstanceNotFound (final), also of an instance that is terminated and has lost it. */
  readonly getPrivateIp: (input: OneInstance) => Promise<string>;
  /** The ARN of the one GENEVE group that holds the instance. @throws TargetGroupNotFound, TargetGroupAmbiguous, InstanceNotFound (final). */
  readonly getTargetGroupArn: (input: OneInstance) => Promise<string>;
  /**
   * Looks until the instance is in the state, and returns the states seen on the way.
   *
   * @throws InstanceStateUnreachable (final) at once: it is terminated, or about to be; InstanceNotFound (final) where EC2 knows
   *   none for a minute; InstanceStateTimeout (final) after `windowMs`, with the last state.
   */
  readonly waitForInstanceState: (input: AwaitedState) => Promise<readonly Observed<Sight>[]>;
  /**
   * Looks until the group has a target and each is `healthy`, those on their way out aside, and returns what was seen on the way.
   *
   * @throws as `listTargets`; TargetNotInUse (final) at once: no load balancer uses the group, or a target's zone; HealthTimeout
   *   (final) after `windowMs`, with the state of each target.
   */
  readonly waitForTargetHealth: (
    input: WhichGroup & { readonly windowMs: number },
  ) => Promise<readonly Observed<Sight>[]>;
  /** As that of `AwsActivities`. */
  readonly confirmHealthy: AwsActivities['confirmHealthy'];
  /**
   * Asks the instance, by a fixed script over Systems Manager, until something listens on TCP 5201, and returns what was seen on
   * the way. Nothing connects to it.
   *
   * @throws InstanceStateUnreachable (final) at once: it is terminated; InstanceNotFound (final) where EC2 knows none for a minute;
   *   Iperf3Timeout (final) after `windowMs`, with the last thing seen.
   */
  readonly waitForIperf3Server: (
    input: OneInstance & { readonly windowMs: number },
  ) => Promise<readonly Observed<Sight>[]>;
  /**
   * Runs a script on the instance as root, by Systems Manager's AWS-RunShellScript, and waits for its end. An attempt that follows
   * another does not send it again: it follows the command whose id was put down, or looks for its `mark` for 15 s.
   *
   * @returns its exit code, whatever that is, and the first 24,000 characters of stdout and 8,000 of stderr; `cut` says where there was more.
   * @throws InstanceNotManaged (final); CommandTimeout (final) after `timeoutMs`, when it was cancelled; CommandNotRun (final): it
   *   came to no end of its own. A cancellation cancels it, too.
   */
  readonly executeRemoteCommand: (input: RemoteCommandInput) => Promise<RemoteOutput>;
}

/** The route mode, which is deprecated: `createLegacyActivities` says what for. */
export interface LegacyActivities {
  /** This instance's interfaces and its peers, in the cluster and in its VPC only. Changes nothing. @throws MetadataUnavailable. */
  readonly discoverCluster: (input: LegacyInput) => Promise<DiscoveryOutput>;
  /**
   * Points the default route of the ingress subnet's table at this instance's ingress interface, where this instance coordinates:
   * replaces it, creates it, or leaves it alone where it is right. Safe to repeat.
   *
   * @returns what was done, with `dryRun` what would be; null where this instance does not coordinate.
   * @throws InterfaceNotFound, RouteTableNotFound (final); RouteTableChanged (retryable); MetadataUnavailable.
   */
  readonly reconcileCoordinator: (input: ReconcileInput) => Promise<RouteChange | null>;
  /**
   * What an appliance in route mode has to know, and, where this instance coordinates, the route to it. Safe to repeat.
   *
   * @throws as `reconcileCoordinator`; InterfaceNotFound also where this instance does not coordinate.
   */
  readonly applyLegacy: (input: ApplyInput) => Promise<LegacyApplied>;
}
