import { log } from '@temporalio/activity';
import { sayRouteChange } from '../domain/legacy/ingress-route.js';
import type { RouteChange } from '../domain/legacy/ingress-route.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { sayHealth } from '../domain/target-health.js';
import type { Observation } from '../domain/target-health.js';
import type { Tunnel } from '../domain/tunnel.js';
import type { RemoteOutput } from '../domain/remote-command.js';
import type { Discovered } from './discover.js';
import type { DrainingConfirmed } from './draining.js';
import type { RemoteCommandInput } from './remote-command.js';
import type { LegacyApplied, ReconcileInput } from './legacy.js';

type Line = readonly [message: string, fields: Record<string, unknown>];
type Sentence = (result: never, input: never) => Line | undefined;

/** The log's sentence for each step that changed or learnt something an operator wants to know; the other steps say nothing. */
const sentences: Partial<Record<string, Sentence>> = {
  discoverTargetGroup: ({ targetGroupArn, inServiceBefore }: Discovered) => [
    'target group found',
    { targetGroup: targetGroupArn, ...(inServiceBefore && { inServiceBefore }) },
  ],
  registerTarget: (_: undefined, { target }: RegisteredTarget) => ['target registered', { target: target.id }],
  confirmHealthy: (observations: readonly Observation[]) => [
    'target is healthy',
    { seen: observations.map(sayHealth).join(', ') },
  ],
  findTunnel: ({ device, detector, others }: Tunnel) => [
    'tunnel found',
    { device, detector, ...(others && { others: others.join(', ') }) },
  ],
  locateTarget: ({ target }: RegisteredTarget) => ['registration looked up', { target: target.id }],
  deregisterTarget: (_: undefined, { target }: RegisteredTarget) => ['target deregistered', { target: target.id }],
  executeRemoteCommand: ({ commandId, exitCode }: RemoteOutput, { instanceId }: RemoteCommandInput) => [
    'remote command ended',
    { instance: instanceId, command: commandId, exitCode },
  ],
  // That it drains is said by the drain period, which begins with it.
  confirmDraining: ({ verdict, observations }: DrainingConfirmed) =>
    verdict === 'draining'
      ? undefined
      : ['target is not draining, it has left', { seen: observations.map(sayHealth).join(', ') }],
  reconcileCoordinator: (change: RouteChange | null, input: ReconcileInput) => routeLine(change, input),
  applyLegacy: ({ change }: LegacyApplied, input: ReconcileInput) => routeLine(change, input),
};

const routeLine = (change: RouteChange | null, { dryRun, isCoordinator }: ReconcileInput): Line =>
  change === null
    ? ['skipping coordinator reconciliation', { isCoordinator }]
    : [sayRouteChange(change, dryRun === true ? 'to do' : 'done'), { ...change }];

/**
 * Whether a failure in a row of failures is worth a line: the 3rd, and each time that their number has doubled. What passes by
 * itself stays out of the log, and two minutes of it are some three lines.
 */
export const isWorthSaying = (failures: number): boolean => failures >= 3 && Number.isInteger(Math.log2(failures / 3));

/** Says in the log what the step came to. */
export function report(step: string, input: unknown, result: unknown): void {
  const line = sentences[step]?.(result as never, input as never);
  if (line !== undefined) log.info(...line);
}
