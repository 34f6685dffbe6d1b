/**
 * Drawbridge as a library: its activities, what they need, and the words they share, for a TypeScript program with a Temporal
 * worker of its own. The workflows are in `drawbridge/workflows`.
 *
 * @module
 */

// Activities.
export {
  createActivities,
  createAwsActivities,
  createHostActivities,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- whoever imports it is told so
  createLegacyActivities,
  createOperationsActivities,
} from './activities/index.js';
export type { AwsActivities, HostActivities, LegacyActivities, OperationsActivities } from './activities/contract.js';
export type {
  AwsDependencies,
  Host,
  HostDependencies,
  Lives,
  OperationsDependencies,
  StepMetrics,
} from './activities/dependencies.js';
export type { DiscoverInput, Discovered } from './activities/discover.js';
export type { ConfirmDrainingInput, DrainingConfirmed } from './activities/draining.js';
export type {
  ApplyInput,
  LegacyApplied,
  LegacyDependencies,
  LegacyHost,
  LegacyInput,
  ReconcileInput,
} from './activities/legacy.js';
export type { WhichGroup } from './activities/fleet-targets.js';
export type { InstanceInGroups, OneInstance, Registration } from './activities/instance-reads.js';
export type { AwaitedState } from './activities/instance-state.js';
export type { RemoteCommandInput } from './activities/remote-command.js';
export type { LocateInput } from './activities/locate.js';
export type { TunnelInput } from './activities/tunnel.js';

// What they need: AWS, this machine, Temporal, metrics.
export { connectAws, connectNetwork } from './aws/clients.js';
export type {
  Aws,
  ClusterQuery,
  Commands,
  Instances,
  Network,
  PeerQuery,
  PutRoute,
  RequestObserver,
  TargetGroups,
} from './aws/api.js';
export { openHealthEndpoint } from './host/health-endpoint.js';
export type { HealthEndpoint } from './host/health-endpoint.js';
export { connectImds } from './host/imds.js';
export type { Imds } from './host/imds.js';
export { readTunnelFacts } from './host/links.js';
export type { LinkSources } from './host/links.js';
export { composeHost } from './workers/host.js';
export { livesOver } from './workers/lives.js';
export { createOperations } from './library/operations.js';
export type { OperationsOptions } from './library/operations.js';
export { createMetricsCollector } from './library/metrics-collector.js';
export type { MetricsCollector } from './library/metrics-collector.js';

// The lives: how they are started, what they say.
export { fleetQueue, hostQueue, operationsQueue, shutdownId, startupId, verifyId } from './domain/ids.js';
export { shutdownStart, startupStart } from './domain/starting.js';
export type { Start } from './domain/starting.js';
export { verifyStart } from './domain/verifying.js';
export type { CheckPolicy, VerifyInput } from './domain/verifying.js';
export type { Check, CheckName, InstanceVerification, Verification } from './domain/verification.js';
export type {
  Drain,
  ExtendDrain,
  ShutdownInput,
  ShutdownRequest,
  StartupInput,
  TunnelOptions,
} from './domain/input.js';
export type { ControllerConfig } from './domain/controller-config.js';
export { leftCleanly } from './domain/receipt.js';
export type { DrainOutcome, DrainReceipt } from './domain/receipt.js';
export type { DrainExtended, Phase, Status } from './domain/status.js';

// Instances, target groups, tunnels.
export type { InstanceMetadata } from './domain/instance.js';
export { requireGeneveGroup, selectTargetGroup, targetOf } from './domain/target-group.js';
export type { GwlbConfig, RegisteredTarget, Target, TargetGroup } from './domain/target-group.js';
export { judgeDraining, judgeHealth } from './domain/target-health.js';
export type { Observation, Observed, Sight, TargetHealth, TargetHealthState } from './domain/target-health.js';
export { findTunnel, genevePort } from './domain/tunnel.js';
export type { Link, Tunnel, TunnelDetection, TunnelDetector, TunnelFacts, WantedTunnel } from './domain/tunnel.js';

// Instances of a fleet, and commands on them.
export type { Ec2Instance, InstanceState } from './domain/ec2-instance.js';
export type { FleetTarget, FleetTargets } from './domain/fleet-targets.js';
export type { RemoteOutput } from './domain/remote-command.js';
export { iperf3Port, quoteForShell } from './domain/shell.js';

// The deprecated route mode.
export { legacyControllerConfig } from './domain/legacy/controller-config.js';
export type { LegacyControllerConfig, LegacyGiven } from './domain/legacy/controller-config.js';
export { discover, requireIngress } from './domain/legacy/discovery.js';
export type { ClusterInstance, ClusterInterface, DiscoveryFacts, DiscoveryOutput } from './domain/legacy/discovery.js';
export { routeToIngress } from './domain/legacy/ingress-route.js';
export type { Route, RouteChange, RouteTable } from './domain/legacy/ingress-route.js';
export {
  egressDescription,
  ingressDescription,
  managementDescription,
  sayNetworkInterface,
} from './domain/legacy/network-interface.js';
export type { NetworkInterface } from './domain/legacy/network-interface.js';
export { errNoPriorityAssigned } from './domain/legacy/no-priority.js';

// Words and times.
export { StepFailure, failureTypes } from './domain/failures.js';
export type { FailureType } from './domain/failures.js';
export { autoScalingGroupTag, clusterTag, egressTag, leaderTag, vipTag } from './domain/tags.js';
export {
  awsRetry,
  deregistrationDelayDefaultSeconds,
  drainPeriodSeconds,
  drainingWindowMs,
  healthyWindowMs,
  imdsRetry,
  tunnelWindowMs,
} from './domain/timings.js';
export type { RetryShape } from './domain/timings.js';
