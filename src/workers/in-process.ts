import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from '../activities/attempt.js';
import { asStepFailure, fullJitterMs } from '../activities/failures.js';
import { isWorthSaying } from '../activities/report.js';
import { awsRetry } from '../domain/timings.js';
import type { RetryShape } from '../domain/timings.js';

export type Warn = Attempt['warn'];

/** A try of a step without Temporal: nobody hears its heartbeats. */
export const attemptInProcess = (signal: AbortSignal, warn: Warn): Attempt => ({
  number: 1,
  signal,
  resumed: undefined,
  now: () => Date.now(),
  heartbeat: () => undefined,
  pause: (ms) => pause(ms, undefined, { signal }),
  warn,
});

interface Trying {
  readonly warn: Warn;
  /** @default the budget and the intervals of a call to AWS */
  readonly within?: RetryShape;
  /** Ends the pause before another try. */
  readonly signal?: AbortSignal;
}

/**
 * The step within the budget and the intervals that Temporal gives it; with full jitter where AWS throttles, as there.
 *
 * @throws StepFailure: what the last try came to.
 */
export async function retried<T>(step: string, once: () => Promise<T>, trying: Trying): Promise<T> {
  const { warn, within = awsRetry, signal } = trying;
  const { initialMs, maximumMs, budgetMs } = within;
  const until = Date.now() + budgetMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (error) {
      const failure = asStepFailure(error, step, 'this instance');
      const exponential = Math.min(initialMs * 2 ** (attempt - 1), maximumMs);
      const pauseMs = failure.type === 'AwsThrottled' ? fullJitterMs(attempt) : exponential;
      if (failure.final || Date.now() + pauseMs > until) throw failure;
      if (isWorthSaying(attempt)) warn('step still fails, and is tried again', { step, reason: failure.message });
      await pause(pauseMs, undefined, { signal });
    }
  }
}
