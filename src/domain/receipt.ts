import type { DrainPolicy } from './drain.js';
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
  /** The drain period asked for; left out where none was named, and by older builds. */
  readonly drain?: DrainPolicy;
}

/** More time for the flows, asked for while the target drained. */
export interface Extension {
  readonly by: string;
  readonly at: string;
  readonly seconds: number;
  readonly reason: string | null;
}

/** When each part of a way out began; null for one that it never came to. */
export interface WayOutTimes {
  readonly startedAt: string;
  readonly deregisteringAt: string | null;
  /** When AWS accepted DeregisterTargets; null when it never did. */
  readonly deregisteredAt: string | null;
  readonly drainingAt: string | null;
  readonly finishedAt: string;
}

/** How long each part took; null for one that it never came to. */
export interface SecondsIn {
  readonly locating: number;
  readonly deregistering: number | null;
  readonly confirming: number | null;
  readonly draining: number | null;
}

/** What happened to one target on its way out. Times are ISO 8601, periods seconds. */
export interface DrainReceipt extends WayOutTimes {
  readonly instanceId: string;
  readonly registered: RegisteredTarget | null;
  readonly outcome: DrainOutcome;
  readonly triggers: readonly Trigger[];
  readonly secondsIn: SecondsIn;
  /** Asked for, without what it was extended by; null when no drain period was entered. */
  readonly drainPeriodSeconds: number | null;
  /** From confirmed draining to the end of the wait. */
  readonly drainedSeconds: number | null;
  readonly extensions: readonly Extension[];
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

/** Each part lasts until the next one that there was, the last one to the end. */
export function secondsInPhases(times: WayOutTimes): SecondsIn {
  const { startedAt, deregisteringAt, deregisteredAt, drainingAt, finishedAt } = times;
  const between = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1_000;
  const lasted = (from: string | null, ...nexts: readonly (string | null)[]) =>
    from === null ? null : between(from, nexts.find((next) => next !== null) ?? finishedAt);
  return {
    locating: between(startedAt, deregisteringAt ?? deregisteredAt ?? drainingAt ?? finishedAt),
    deregistering: lasted(deregisteringAt, deregisteredAt, drainingAt),
    confirming: lasted(deregisteredAt, drainingAt),
    draining: lasted(drainingAt),
  };
}
