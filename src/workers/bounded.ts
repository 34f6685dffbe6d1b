import { setTimeout as pause } from 'node:timers/promises';

interface Bound<T> {
  /** Ends the wait before its time. */
  readonly until?: AbortSignal;
  /** Disposes of what comes after the end of the wait. */
  readonly tooLate?: (late: T) => void;
}

/**
 * The attempt's outcome, if it comes in time. The attempt hears by its signal that nobody waits any more.
 *
 * @throws Error that names the bound; or the reason of `until`.
 */
export async function within<T>(
  ms: number,
  attempt: (givenUp: AbortSignal) => Promise<T>,
  { until, tooLate }: Bound<T> = {},
): Promise<T> {
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(new Error(`no answer within ${ms / 1_000} s`)), ms);
  const givenUp = until === undefined ? bound.signal : AbortSignal.any([bound.signal, until]);
  try {
    return await unlessAborted(givenUp, async () => {
      const outcome = await attempt(givenUp);
      if (givenUp.aborted) tooLate?.(outcome);
      return outcome;
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The call's outcome, if it comes before the signal. Temporal's native connection knows no cancellation: the call may go on, unheard. */
export async function unlessAborted<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([call(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits; the signal ends it early, and is no failure. */
export async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  await pause(ms, undefined, signal && { signal }).catch(() => undefined);
}
