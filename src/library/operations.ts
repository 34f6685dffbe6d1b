import type { OperationsActivities } from '../activities/contract.js';
import type { OperationsDependencies } from '../activities/dependencies.js';
import { waitForTargetHealth } from '../activities/fleet-health.js';
import { countHealthyTargets, getAllNodeIps, getTargetHealthStates } from '../activities/fleet-reads.js';
import { listTargets } from '../activities/fleet-targets.js';
import { confirmHealthy } from '../activities/healthy.js';
import {
  describeInstance,
  describeInstanceState,
  getPrivateIp,
  getTargetGroupArn,
} from '../activities/instance-reads.js';
import { waitForInstanceState } from '../activities/instance-state.js';
import { waitForIperf3Server } from '../activities/iperf3.js';
import { executeRemoteCommand } from '../activities/remote-command.js';
import { stepsInProcess } from '../workers/in-process.js';

export interface OperationsOptions {
  /** Ends what is under way, which rejects with its reason: a wait, a pause before another try, a remote command, which is cancelled. */
  readonly signal?: AbortSignal;
  /** Told in a sentence what takes long: AWS that does not answer, a step that is tried again. @default nobody is told */
  readonly say?: (sentence: string) => void;
}

/**
 * The operations activities as plain functions, for a program without Temporal. What may pass is tried again for 2 min, as there;
 * what is final rejects with a `StepFailure`. Where this process dies, nobody goes on.
 *
 * @param dependencies `connectAws(region)`
 */
export function createOperations(
  dependencies: OperationsDependencies,
  { signal = new AbortController().signal, say = () => undefined }: OperationsOptions = {},
): OperationsActivities {
  const run = stepsInProcess(dependencies, { signal, say });
  return {
    listTargets: (input) => run(listTargets, input),
    countHealthyTargets: (input) => run(countHealthyTargets, input),
    getTargetHealthStates: (input) => run(getTargetHealthStates, input),
    getAllNodeIps: (input) => run(getAllNodeIps, input),
    describeInstance: (input) => run(describeInstance, input),
    describeInstanceState: (input) => run(describeInstanceState, input),
    getPrivateIp: (input) => run(getPrivateIp, input),
    getTargetGroupArn: (input) => run(getTargetGroupArn, input),
    waitForInstanceState: (input) => run(waitForInstanceState, input),
    waitForTargetHealth: (input) => run(waitForTargetHealth, input),
    confirmHealthy: (input) => run(confirmHealthy, input),
    waitForIperf3Server: (input) => run(waitForIperf3Server, input),
    executeRemoteCommand: (input) => run(executeRemoteCommand, input),
  };
}
