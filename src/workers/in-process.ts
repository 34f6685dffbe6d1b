import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from '../activities/attempt.js';
import { asStepFailure, fullJitterMs, subjectOf } from '../activities/failures.js';
import { isWorthSaying } from '../activities/report.js';
import { awsRetry } from '../domain/timings.js';
import type { RetryShape } from '../domain/timings.js';

/** An attempt of a step in this process, where no Temporal gives it out. */
export function attemptInProcess({
  number = 1,
  resumed,
  heartbeat = () => undefined,
  ...given
}: Pick<Attempt, 'signal' | 'warn'> & Partial<Pick<Attempt, 'number' | 'resumed' | 'heartbeat'>>): Attempt {
  return {
    ...given,
    number,
    resumed,
    dueAt: Date.now(),
    // Whoever ends it is who asked for it: no other process goes on.
    unwanted: true,
    now: () => Date.now(),
    giversNow: () => Date.now(),
    heartbeat,
    pause: (ms) => pause(ms, undefined, { signal: given.signal }),
  };
}

interface Retrying {
  readonly step: string;
  readonly subject: string;
  /** @default the budget and the intervals of a call to AWS */
  readonly within?: RetryShape;
  /** Ends the pause between two attempts. */
  readonly signal?: AbortSignal;
  /** Told now and then why it is tried again. */
  readonly stillFails: (reason: string) => void;
}

/**
 * The step within the budget and the intervals that Temporal gives it; with full jitter where AWS throttles, as there.
 *
 * @param once one attempt; told its number, from 1
 * @throws StepFailure that is final, or the last one of the budget.
 */
export async function retryInProcess<T>(
  once: (attempt: number) => Promise<T>,
  { step, subject, signal, stillFails, within = awsRetry }: Retrying,
): Promise<T> {
  const { initialMs, maximumMs, budgetMs } = within;
  const until = Date.now() + budgetMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const failure = asStepFailure(error, step, subject);
      const exponential = Math.min(initialMs * 2 ** (attempt - 1), maximumMs);
      const pauseMs = failure.type === 'AwsThrottled' ? fullJitterMs(attempt) : exponential;
      if (failure.final || Date.now() + pauseMs > until) throw failure;
      if (isWorthSaying(attempt)) stillFails(failure.message);
      await pause(pauseMs, undefined, { signal });
    }
  }
}

type Step<Dependencies, Input, Result> = (
  dependencies: Dependencies,
  input: Input,
  attempt: Attempt,
) => Promise<Result>;

/** Runs a step. `heard` is told what it puts down with each heartbeat. */
export type RunStep<Dependencies> = <Input extends object, Result>(
  step: Step<Dependencies, Input, Result>,
  input: Input,
  heard?: (heartbeat: unknown) => void,
) => Promise<Result>;

/** Steps as a worker would run them: the same retries within the same budget, each attempt with what the one before put down. */
export function stepsInProcess<Dependencies>(
  dependencies: Dependencies,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (sentence: string) => void },
): RunStep<Dependencies> {
  const warn: Attempt['warn'] = (message, { reason } = {}) =>
    say(typeof reason === 'string' ? `${message}: ${reason}` : message);
  return (step, input, heard = () => undefined) => {
    let resumed: unknown;
    const heartbeat = (details: unknown) => {
      resumed = details;
      heard(details);
    };
    const once = (number: number) =>
      step(dependencies, input, attemptInProcess({ number, resumed, heartbeat, warn, signal }));
    const stillFails = (reason: string) => say(`tried again: ${reason}`);
    return retryInProcess(once, { step: step.name, subject: subjectOf(input), signal, stillFails });
  };
}
