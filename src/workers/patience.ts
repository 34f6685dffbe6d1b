import { WorkflowFailedError } from '@temporalio/client';
import pRetry from 'p-retry';
import { asStepFailure } from '../activities/failures.js';
import { grpcStatusIn, withRemedy } from '../domain/grpc-status.js';
import { imdsRetry } from '../domain/timings.js';
import type { Logger } from '../telemetry/log.js';
import { within } from './bounded.js';
import { connectAgainMs, connectMs } from './waits.js';

interface Waiting<T, Told> {
  readonly log: Logger;
  readonly told: Promise<Told>;
  /** @default connectMs */
  readonly attemptMs?: number;
  readonly tooLate?: (late: T) => void;
}

/** How the agent waits at boot for what it cannot do without. */
export const patiently = {
  /** Within the metadata budget; the supervisor starts the agent again after that. */
  forMetadata: <T>(attempt: () => Promise<T>, log: Logger): Promise<T> =>
    pRetry(attempt, {
      ...backOff(imdsRetry.initialMs, imdsRetry.maximumMs),
      maxRetryTime: imdsRetry.budgetMs,
      shouldRetry: ({ error }) => !asStepFailure(error, 'metadata', 'this instance').final,
      onFailedAttempt: ({ error }) => log.warn({ reason: error.message }, 'waiting for the instance metadata service'),
    }),

  /**
   * Until it answers or the agent is told to go: an appliance that serves does not stop serving for want of Temporal. An attempt
   * that takes longer than `attemptMs` is given up, and another one made.
   *
   * @param tooLate disposes of what an attempt still comes to when nobody waits for it any more.
   */
  forTemporal: <T, Told>(
    attempt: (givenUp: AbortSignal) => Promise<T>,
    { log, told, attemptMs = connectMs, tooLate = () => undefined }: Waiting<T, Told>,
  ): Promise<T | Told> => {
    const stop = new AbortController();
    void told.then(() => stop.abort());
    const waiting = pRetry(() => within(attemptMs, attempt, { until: stop.signal, tooLate }), {
      ...backOff(connectAgainMs.first, connectAgainMs.most),
      signal: stop.signal,
      shouldRetry: ({ error }) => isWorthWaiting(error),
      onFailedAttempt: ({ error }) => {
        if (!stop.signal.aborted && isWorthWaiting(error))
          log.warn({ reason: sayTemporal(error) }, 'waiting for Temporal');
      },
    });
    return Promise.race([waiting, told]);
  },
};

/** The native connection's error is a dump of the gRPC answer. */
const sayTemporal = ({ message }: Error): string => withRemedy(grpcStatusIn(message) ?? message);

/** A workflow that failed has answered; a file that is missing stays missing, the build is incomplete. */
const isWorthWaiting = (error: Error): boolean =>
  !(error instanceof WorkflowFailedError) && !('code' in error && error.code === 'ENOENT');

const backOff = (minTimeout: number, maxTimeout: number) => ({
  retries: Infinity,
  factor: 2,
  randomize: true,
  minTimeout,
  maxTimeout,
});
