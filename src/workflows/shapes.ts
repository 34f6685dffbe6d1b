import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityOptions, RetryPolicy } from '@temporalio/workflow';
import { aliveBeat, awsAttemptMs, awsRetry, hostLossMs, lookBoundMs } from '../domain/timings.js';
import type { RetryShape } from '../domain/timings.js';
import { timeoutIn } from './failure.js';

/** A step's line in the Web UI, its timeouts, its retries. */
export type Shape = ActivityOptions & { readonly summary: string };

/** A call or two to AWS or IMDS: short attempts, retried within the budget. */
export const call = (summary: string, retry: RetryShape): Shape => ({
  summary,
  startToCloseTimeout: awsAttemptMs,
  scheduleToCloseTimeout: retry.budgetMs,
  retry: { initialInterval: retry.initialMs, maximumInterval: retry.maximumMs, backoffCoefficient: 2 },
});

/** Looks at something again and again within a window of its own; the heartbeat carries its memory to whoever takes over. */
export const look = (summary: string, heartbeatMs: number): Shape => ({
  summary,
  heartbeatTimeout: heartbeatMs,
  // At once: what is tried again here is a look whose worker died. A look that fails is remembered, and followed by another.
  retry: { initialInterval: 200, maximumInterval: 1_000, backoffCoefficient: 2 },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** Says while it works that it is alive: where several requests or somebody else take their time, or where every second counts. */
export const alive = (summary: string, attemptMs: number, budgetMs: number): Shape => ({
  ...call(summary, awsRetry),
  startToCloseTimeout: attemptMs,
  scheduleToCloseTimeout: budgetMs,
  heartbeatTimeout: aliveBeat.heartbeatMs,
});

/** A `windowMs` in the input bounds a step that looks; and how long one that died may look alive. */
export function windowOf(input: unknown, { heartbeatTimeout }: Shape): ActivityOptions {
  const windowMs = (input as { windowMs?: number } | undefined)?.windowMs;
  if (windowMs === undefined) return {};
  return {
    scheduleToCloseTimeout: lookBoundMs(windowMs),
    ...(typeof heartbeatTimeout === 'number' && {
      heartbeatTimeout: Math.min(heartbeatTimeout, windowMs + hostLossMs),
    }),
  };
}

export const nobodyTook = (error: unknown): boolean => timeoutIn(error)?.timeoutType === 'SCHEDULE_TO_START';

/** The retry policy of a step whose worker, should it fall silent, is not waited for: the workflow hears of it at once. */
export const unlessSilent = ({ retry }: Shape): RetryPolicy => ({ ...retry, nonRetryableErrorTypes: [silence] });

/** How a retry policy names a missed heartbeat. Source: Temporal server since 1.16, `TimeoutFailureTypePrefix`. */
const silence = 'TemporalTimeout:Heartbeat';

export const fellSilent = (error: unknown): boolean => timeoutIn(error)?.timeoutType === 'HEARTBEAT';
