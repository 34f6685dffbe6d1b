import type { RegisteredTarget } from './target-group.js';
import type { Observation } from './target-health.js';

export type DrainOutcome =
  /** The drain period ran to its end. */
  | 'drained'
  /** The target had left the group already; there was nothing to wait for. */
  | 'already deregistered'
  /** The group is attached to no listener, so the target had no flows. */
  | 'not in use'
  /** The instance was stopped or terminated, so its flows were gone already. */
  | 'invalid state'
  /** forceShutdown, or a cancellation, ended the wait. */
  | 'interrupted'
  /** AWS did not report draining in time. */
  | 'draining timeout'
  /** A step failed for good; the failure's message says which and why. */
  | 'failed';

export interface Trigger {
  /** Who asked: `SIGTERM on i-…`, `alice@laptop`, … */
  readonly by: string;
  readonly at: string;
}

/** What happened to one target on its way out. Times are ISO 8601, periods seconds. */
export interface DrainReceipt {
  readonly instanceId: string;
  readonly registered: RegisteredTarget | null;
  readonly outcome: DrainOutcome;
  readonly triggers: readonly Trigger[];
  readonly startedAt: string;
  /** When AWS accepted DeregisterTargets; null when it never did. */
  readonly deregisteredAt: string | null;
  readonly drainingAt: string | null;
  readonly finishedAt: string;
  /** Asked for; null when no drain period was entered. */
  readonly drainPeriodSeconds: number | null;
  /** From confirmed draining to the end of the wait. */
  readonly drainedSeconds: number | null;
  /** The target group's attribute; null when it was not or could not be read. */
  readonly deregistrationDelaySeconds: number | null;
  readonly forced: { readonly at: string; readonly reason: string } | null;
  readonly observations: readonly Observation[];
  readonly warnings: readonly string[];
}

/** Whether the target left without a flow being cut by us. */
export const leftCleanly = (outcome: DrainOutcome): boolean =>
  outcome === 'drained' ||
  outcome === 'already deregistered' ||
  outcome === 'not in use' ||
  outcome === 'invalid state';
