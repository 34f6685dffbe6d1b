/**
 * The steps of the route mode, which is deprecated: a subnet is led to the appliance by its default route, where a Gateway Load
 * Balancer would lead flows to it. `startup` and `shutdown` are what replaces them.
 */
import type { ClusterQuery, Network } from '../aws/api.js';
import { StepFailure } from '../domain/failures.js';
import { clusterTag } from '../domain/ids.js';
import { legacyControllerConfig } from '../domain/legacy/controller-config.js';
import type { LegacyControllerConfig, LegacyGiven } from '../domain/legacy/controller-config.js';
import { discover, requireIngress, subnetOf } from '../domain/legacy/discovery.js';
import type { DiscoveryFacts, DiscoveryOutput } from '../domain/legacy/discovery.js';
import { routeToIngress } from '../domain/legacy/ingress-route.js';
import type { RouteChange } from '../domain/legacy/ingress-route.js';
import { leaderTag } from '../domain/tags.js';
import type { Attempt } from './attempt.js';
import type { Host, StepMetrics } from './dependencies.js';

/** What the deprecated route mode needs. Nothing in an agent is wired to it. */
export interface LegacyDependencies {
  readonly network: Network;
  readonly host: LegacyHost;
  readonly metrics?: StepMetrics | undefined;
}

export interface LegacyHost extends Pick<Host, 'identity' | 'tunnelFacts'> {
  /** Whether the instance's metadata has a tag with this key. */
  hasTag(key: string): Promise<boolean>;
}

export interface LegacyInput {
  readonly cluster: string;
}

export interface ReconcileInput extends LegacyInput {
  /** Whether this instance coordinates its cluster. Two that do would overwrite each other's route. */
  readonly isCoordinator: boolean;
  /** Says what would be changed, and changes nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface ApplyInput extends ReconcileInput {
  readonly given: LegacyGiven;
}

export interface LegacyApplied {
  readonly discovery: DiscoveryOutput;
  readonly config: LegacyControllerConfig;
  /** Null on an instance that does not coordinate. */
  readonly change: RouteChange | null;
}

/**
 * This instance's interfaces and its peers, in the cluster and in its VPC only. Changes nothing.
 *
 * @throws MetadataUnavailable; AwsThrottled and kin.
 */
export async function discoverCluster(
  dependencies: LegacyDependencies,
  { cluster }: LegacyInput,
  attempt: Attempt,
): Promise<DiscoveryOutput> {
  return discover(await factsOf(dependencies, cluster, attempt));
}

/**
 * Points the default route of the ingress subnet's table at this instance's ingress interface, where this instance coordinates:
 * replaces it, creates it, or leaves it alone where it leads there already. Safe to repeat.
 *
 * @returns what was done, with `dryRun` what would be; null where this instance does not coordinate, and nothing was asked or done.
 * @throws InterfaceNotFound, RouteTableNotFound (final); RouteTableChanged (retryable) when somebody else changed the table
 *   meanwhile; MetadataUnavailable; AwsThrottled and kin.
 */
export async function reconcileCoordinator(
  dependencies: LegacyDependencies,
  { cluster, isCoordinator, dryRun = false }: ReconcileInput,
  attempt: Attempt,
): Promise<RouteChange | null> {
  if (!isCoordinator) return null;
  return reconcile(dependencies, await factsOf(dependencies, cluster, attempt), { dryRun, attempt });
}

/**
 * What an appliance in route mode has to know, and, where this instance coordinates, the route to it.
 *
 * @throws as `reconcileCoordinator`; InterfaceNotFound also where this instance does not coordinate.
 */
export async function applyLegacy(
  dependencies: LegacyDependencies,
  { cluster, isCoordinator, dryRun = false, given }: ApplyInput,
  attempt: Attempt,
): Promise<LegacyApplied> {
  const facts = await factsOf(dependencies, cluster, attempt);
  const discovery = discover(facts);
  const config = legacyControllerConfig(given, discovery, requireIngress(discovery, facts));
  return {
    discovery,
    config,
    change: isCoordinator ? await reconcile(dependencies, facts, { dryRun, attempt }) : null,
  };
}

interface Facts extends DiscoveryFacts {
  readonly query: ClusterQuery;
}

async function factsOf({ host, network }: LegacyDependencies, cluster: string, { signal }: Attempt): Promise<Facts> {
  const instance = await host.identity();
  const query = { vpcId: instance.vpcId, tag: { key: clusterTag, value: cluster } };
  const [instances, isLeader, { links }] = await Promise.all([
    network.clusterInstances(query, signal),
    host.hasTag(leaderTag),
    host.tunnelFacts(),
  ]);
  return { cluster, instance, query, isLeader, instances, links };
}

async function reconcile(
  { network }: LegacyDependencies,
  facts: Facts,
  { dryRun, attempt }: { dryRun: boolean; attempt: Attempt },
): Promise<RouteChange> {
  const { eniId } = requireIngress(discover(facts), facts);
  const subnetId = subnetOf(facts.instances, eniId);
  const tables = await network.routeTables(facts.query, attempt.signal);
  const change = routeToIngress(tables, { cluster: facts.cluster, subnetId, eniId });
  const { action, routeTableId, destination, to } = change;
  if (action === 'keep' || dryRun) return change;
  if (await network.putRoute({ action, routeTableId, destination, to }, attempt.signal)) return change;
  const found = action === 'create' ? 'there is one by now' : 'there is none any more';
  const message = `route table ${routeTableId}: could not ${action} the route ${destination}: ${found}; somebody else changed it`;
  throw new StepFailure('RouteTableChanged', message, { final: false });
}
