import { temporalAttempt } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { AwsActivities, HostActivities, LegacyActivities, OperationsActivities } from './contract.js';
import { writeControllerConfig } from './controller-config.js';
import type { AwsDependencies, HostDependencies, OperationsDependencies, StepMetrics } from './dependencies.js';
import { deregisterTarget } from './deregister.js';
import { discoverTargetGroup } from './discover.js';
import { confirmDraining } from './draining.js';
import { asStepFailure, asTemporalFailure, subjectOf } from './failures.js';
import { waitForTargetHealth } from './fleet-health.js';
import { countHealthyTargets, getAllNodeIps, getTargetHealthStates } from './fleet-reads.js';
import { listTargets } from './fleet-targets.js';
import { confirmHealthy } from './healthy.js';
import { describeInstance, describeInstanceState, getPrivateIp, getTargetGroupArn } from './instance-reads.js';
import { waitForInstanceState } from './instance-state.js';
import { waitForIperf3Server } from './iperf3.js';
import { applyLegacy, discoverCluster, reconcileCoordinator } from './legacy.js';
import type { LegacyDependencies } from './legacy.js';
import { locateTarget } from './locate.js';
import { readMetadata } from './metadata.js';
import { listPeers } from './peers.js';
import { registerTarget } from './register.js';
import { executeRemoteCommand } from './remote-command.js';
import { isWorthSaying, report } from './report.js';
import { findTunnel } from './tunnel.js';

type Step<Dependencies> = (dependencies: Dependencies, input: never, attempt: Attempt) => Promise<unknown>;

/** The activities that need only AWS: every agent and every fleet worker has them. */
export const createAwsActivities = (dependencies: AwsDependencies): AwsActivities =>
  activitiesOf(dependencies, {
    discoverTargetGroup,
    registerTarget,
    confirmHealthy,
    listPeers,
    locateTarget,
    deregisterTarget,
    confirmDraining,
  });

/** The activities that need this machine. */
export const createHostActivities = (dependencies: HostDependencies): HostActivities =>
  activitiesOf(dependencies, {
    readMetadata,
    findTunnel,
    writeControllerConfig,
  });

/** What an operator asks of AWS and of the instances: fleet workers have them, on a queue of their own. */
export const createOperationsActivities = (dependencies: OperationsDependencies): OperationsActivities =>
  activitiesOf(dependencies, {
    listTargets,
    countHealthyTargets,
    getTargetHealthStates,
    getAllNodeIps,
    describeInstance,
    describeInstanceState,
    getPrivateIp,
    getTargetGroupArn,
    waitForInstanceState,
    waitForTargetHealth,
    confirmHealthy,
    waitForIperf3Server,
    executeRemoteCommand,
  });

/**
 * The activities of the deprecated route mode. No agent has them: a program that still needs them registers them itself.
 *
 * @deprecated A Gateway Load Balancer leads the traffic to the appliances; `startup` and `shutdown` are what replaces them.
 */
export const createLegacyActivities = (dependencies: LegacyDependencies): LegacyActivities =>
  activitiesOf(dependencies, {
    discoverCluster,
    reconcileCoordinator,
    applyLegacy,
  });

/** All activities of an agent's host queue: those that need only AWS, and those that need this machine. */
export const createActivities = (dependencies: AwsDependencies & HostDependencies): AwsActivities & HostActivities => ({
  ...createAwsActivities(dependencies),
  ...createHostActivities(dependencies),
});

interface Measured {
  readonly metrics?: StepMetrics | undefined;
}

/** Each step as an activity of its name. */
function activitiesOf<Dependencies extends Measured, Steps extends Readonly<Record<string, Step<Dependencies>>>>(
  dependencies: Dependencies,
  steps: Steps,
) {
  type Activities = { [Name in keyof Steps]: (input: Parameters<Steps[Name]>[1]) => ReturnType<Steps[Name]> };
  const named = Object.entries(steps).map(([name, step]) => [name, activity(name, dependencies, step)]);
  return Object.fromEntries(named) as Activities;
}

function activity<Dependencies extends Measured>(name: string, dependencies: Dependencies, step: Step<Dependencies>) {
  return async (input: unknown): Promise<unknown> => {
    const attempt = temporalAttempt((input as { resumed?: unknown }).resumed);
    const { metrics } = dependencies;
    const since = performance.now();
    const seconds = () => (performance.now() - since) / 1_000;
    try {
      const result = await step(dependencies, input as never, attempt);
      metrics?.attempted(name, seconds(), 'done');
      report(name, input, result);
      return result;
    } catch (error) {
      // What a cancellation cuts short may reject with anything, such as gRPC's CANCELLED: it is a cancellation all the same.
      if (attempt.signal.aborted) metrics?.attempted(name, seconds(), 'cancelled');
      attempt.signal.throwIfAborted();
      const { type, final, message } = asStepFailure(error, name, subjectOf(input));
      metrics?.attempted(name, seconds(), final ? 'failed' : 'retried', type);
      if (!final && isWorthSaying(attempt.number))
        attempt.warn('step still fails, and is tried again', { reason: message });
      throw asTemporalFailure(error, name, subjectOf(input), attempt.number);
    }
  };
}
