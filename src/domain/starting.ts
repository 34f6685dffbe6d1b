import { drainSeconds } from './drain.js';
import { clusterTag, fleetQueue, shutdownId, startupId } from './ids.js';
import type { ShutdownInput, StartupInput } from './input.js';
import {
  awsRetry,
  deregistrationDelayMaximumSeconds,
  drainingWindowMs,
  healthyWindowMs,
  hostReturnMs,
  hostPatienceMs,
  imdsRetry,
  lookBoundMs,
  slackMs,
  startupSettlesMs,
  tunnelWindowMs,
  workflowTaskMs,
} from './timings.js';

/** What agent, CLI and tests start a workflow with, so that all lives look alike in the Temporal Web UI. */
export interface Start<Input> {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: [Input];
  readonly workflowExecutionTimeout: number;
  readonly workflowTaskTimeout: number;
  readonly staticSummary: string;
  readonly staticDetails: string;
}

export function startupStart(cluster: string, input: StartupInput): Start<StartupInput> {
  return {
    workflowId: startupId(input.instanceId),
    taskQueue: fleetQueue(cluster),
    args: [{ cluster, ...input }],
    workflowExecutionTimeout: startupBudgetMs(input),
    workflowTaskTimeout: workflowTaskMs,
    staticSummary: `bring ${input.instanceId} into service in cluster ${cluster}`,
    staticDetails: [
      `Brings the appliance **${input.instanceId}** into service behind its Gateway Load Balancer. Asked by: ${input.trigger ?? 'its agent'}.`,
      '',
      `1. metadata from the instance metadata service`,
      `2. discover the GENEVE target group (${input.targetGroupArn ?? `tag \`${clusterTag}=${cluster}\``})`,
      '3. register the target',
      '4. await `healthy`; meanwhile list the peers',
      '5. await the interface that receives GENEVE',
      '6. write the controller config',
      '',
      'A failure after step 3 began takes the target out again.',
    ].join('\n'),
  };
}

export function shutdownStart(cluster: string, input: ShutdownInput): Start<ShutdownInput> {
  const period =
    input.drain === 'deregistration-delay'
      ? "the group's deregistration delay"
      : `${drainSeconds(input.drain, undefined)} s`;
  return {
    workflowId: shutdownId(input.instanceId),
    taskQueue: fleetQueue(cluster),
    args: [{ cluster, ...input }],
    workflowExecutionTimeout: shutdownTimeoutMs,
    workflowTaskTimeout: workflowTaskMs,
    staticSummary: `take ${input.instanceId} out of service in cluster ${cluster}`,
    staticDetails: [
      `Takes the appliance **${input.instanceId}** out of service without cutting flows. Asked by: ${input.trigger ?? 'unknown'}.`,
      '',
      '1. health endpoint answers 503, then deregister the target',
      '2. confirm that AWS reports `draining`',
      `3. drain period: ${period}, a durable timer`,
      '',
      'To end the waiting now (flows that are still open are cut):',
      '',
      `    temporal workflow signal --workflow-id ${shutdownId(input.instanceId)} --name forceShutdown`,
    ].join('\n'),
  };
}

/**
 * The longest that a startup may take, every retry and both queues included (I7). Temporal ends it then without another word,
 * so the undo's own time is in it too.
 */
export function startupBudgetMs(input: Pick<StartupInput, 'healthyWindowSeconds' | 'tunnel'>): number {
  const healthy = seconds(input.healthyWindowSeconds) ?? healthyWindowMs;
  const tunnel = seconds(input.tunnel?.windowSeconds) ?? tunnelWindowMs;
  const metadata = hostReturnMs + imdsRetry.budgetMs;
  const discoverRegisterUndo = 3 * eitherQueue(awsRetry.budgetMs);
  const config = hostReturnMs + awsRetry.budgetMs;
  return metadata + discoverRegisterUndo + eitherQueue(lookBoundMs(healthy)) + lookBoundMs(tunnel) + config + slackMs;
}

/** A step that the host used all its time for, and that the fleet then began anew. */
const eitherQueue = (boundMs: number): number => 2 * boundMs + hostPatienceMs;

/** The longest that a shutdown may take, every retry and both queues included (I7). */
export function shutdownBudgetMs(input: Pick<ShutdownInput, 'drain'>): number {
  const longest =
    input.drain === 'deregistration-delay' ? deregistrationDelayMaximumSeconds : drainSeconds(input.drain, undefined);
  const locate = eitherQueue(startupSettlesMs + awsRetry.budgetMs);
  const deregister = eitherQueue(awsRetry.budgetMs);
  return locate + deregister + eitherQueue(lookBoundMs(drainingWindowMs)) + longest * 1_000 + slackMs;
}

/** The same for one whose drain period is extended again and again: no more than AWS's own longest delay in all. */
export const shutdownTimeoutMs = shutdownBudgetMs({ drain: 'deregistration-delay' });

const seconds = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1_000);
