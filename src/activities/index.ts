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

type Step<Dependencies, Input, Result> = (
  dependencies: Dependencies,
  input: Input,
  attempt: Attempt,
) => Promise<Result>;

/** The activities that need only AWS: every agent and every fleet worker has them. */
export const createAwsActivities = (dependencies: AwsDependencies): AwsActivities => ({
  discoverTargetGroup: activity(dependencies, discoverTargetGroup),
  registerTarget: activity(dependencies, registerTarget),
  confirmHealthy: activity(dependencies, confirmHealthy),
  listPeers: activity(dependencies, listPeers),
  locateTarget: activity(dependencies, locateTarget),
  deregisterTarget: activity(dependencies, deregisterTarget),
  confirmDraining: activity(dependencies, confirmDraining),
});

/** The activities that need this machine. */
export const createHostActivities = (dependencies: HostDependencies): HostActivities => ({
  readMetadata: activity(dependencies, readMetadata),
  findTunnel: activity(dependencies, findTunnel),
  writeControllerConfig: activity(dependencies, writeControllerConfig),
});

/** What an operator asks of AWS and of the instances: fleet workers have them, on a queue of their own. */
export const createOperationsActivities = (dependencies: OperationsDependencies): OperationsActivities => ({
  listTargets: activity(dependencies, listTargets),
  countHealthyTargets: activity(dependencies, countHealthyTargets),
  getTargetHealthStates: activity(dependencies, getTargetHealthStates),
  getAllNodeIps: activity(dependencies, getAllNodeIps),
  describeInstance: activity(dependencies, describeInstance),
  describeInstanceState: activity(dependencies, describeInstanceState),
  getPrivateIp: activity(dependencies, getPrivateIp),
  getTargetGroupArn: activity(dependencies, getTargetGroupArn),
  waitForInstanceState: activity(dependencies, waitForInstanceState),
  waitForTargetHealth: activity(dependencies, waitForTargetHealth),
  confirmHealthy: activity(dependencies, confirmHealthy),
  waitForIperf3Server: activity(dependencies, waitForIperf3Server),
  executeRemoteCommand: activity(dependencies, executeRemoteCommand),
});

/**
 * The activities of the deprecated route mode. No agent has them: a program that still needs them registers them itself.
 *
 * @deprecated A Gateway Load Balancer leads the traffic to the appliances; `startup` and `shutdown` are what replaces them.
 */
export const createLegacyActivities = (dependencies: LegacyDependencies): LegacyActivities => ({
  discoverCluster: activity(dependencies, discoverCluster),
  reconcileCoordinator: activity(dependencies, reconcileCoordinator),
  applyLegacy: activity(dependencies, applyLegacy),
});

/** All activities of an agent's host queue: those that need only AWS, and those that need this machine. */
export const createActivities = (dependencies: AwsDependencies & HostDependencies): AwsActivities & HostActivities => ({
  ...createAwsActivities(dependencies),
  ...createHostActivities(dependencies),
});

function activity<Dependencies extends { metrics?: StepMetrics | undefined }, Input, Result>(
  dependencies: Dependencies,
  step: Step<Dependencies, Input, Result>,
) {
  return async (input: Input): Promise<Result> => {
    const attempt = temporalAttempt((input as { resumed?: unknown }).resumed);
    const { metrics } = dependencies;
    const since = performance.now();
    const seconds = () => (performance.now() - since) / 1_000;
    try {
      const result = await step(dependencies, input, attempt);
      metrics?.attempted(step.name, seconds(), 'done');
      report(step.name, input, result);
      return result;
    } catch (error) {
      // What a cancellation cuts short may reject with anything, such as gRPC's CANCELLED: it is a cancellation all the same.
      if (attempt.signal.aborted) metrics?.attempted(step.name, seconds(), 'cancelled');
      attempt.signal.throwIfAborted();
      const { type, final, message } = asStepFailure(error, step.name, subjectOf(input));
      metrics?.attempted(step.name, seconds(), final ? 'failed' : 'retried', type);
      if (!final && isWorthSaying(attempt.number))
        attempt.warn('step still fails, and is tried again', { reason: message });
      throw asTemporalFailure(error, step.name, subjectOf(input), attempt.number);
    }
  };
}
