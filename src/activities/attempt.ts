import { Context } from '@temporalio/activity';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * One try of a step. The steps know only this, so that the same functions run as Temporal activities and, when Temporal
 * cannot be reached at shutdown, in the agent's own process.
 */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** When the first attempt was due, in milliseconds since the epoch: where a window begins that all attempts share. */
  readonly dueAt: number;
  /** After how long without a heartbeat it is taken for dead. Undefined where nobody listens. */
  readonly heartbeatTimeoutMs?: number | undefined;
  /** Ends when the step is cancelled or the process must go. */
  readonly signal: AbortSignal;
  /** Once `signal` has ended: whether nobody wants the result any more. Otherwise this process must go, and another one goes on. */
  readonly unwanted: boolean;
  /** What the previous attempt had put down with `heartbeat`, if anything. */
  readonly resumed: unknown;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The same by the clock of who gave the step out, and early by as long as it waited to be taken. */
  giversNow(): number;
  /** Says that the step is alive, and puts down what the next attempt should know. */
  heartbeat(details: unknown): void;
  /** Rejects at once when `signal` ends. */
  pause(ms: number): Promise<void>;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/**
 * The work, with a sign of life as often as told: for a step that makes several requests, or waits for somebody.
 *
 * @param memory what the next attempt should know, if this one dies meanwhile
 */
export async function withSignsOfLife<T>(
  attempt: Pick<Attempt, 'heartbeat'>,
  everyMs: number,
  work: Promise<T>,
  memory: unknown = null,
): Promise<T> {
  const beat = setInterval(() => attempt.heartbeat(memory), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(beat);
  }
}

/** @param handedOver what another queue's worker had put down, for the first attempt on this one */
export function temporalAttempt(handedOver?: unknown): Attempt {
  const context = Context.current();
  const { info } = context;
  const takenAt = Date.now();
  return {
    number: info.attempt,
    // Both times are the server's, whose clock may be another.
    dueAt: takenAt - (info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs),
    heartbeatTimeoutMs: info.heartbeatTimeoutMs,
    signal: context.cancellationSignal,
    get unwanted() {
      return context.cancellationDetails?.cancelRequested === true;
    },
    resumed: (info.heartbeatDetails as unknown) ?? handedOver,
    now: () => Date.now(),
    giversNow: () => info.currentAttemptScheduledTimestampMs + (Date.now() - takenAt),
    heartbeat: (details) => context.heartbeat(details),
    pause: async (ms) => {
      await pause(ms, undefined, { signal: context.cancellationSignal });
    },
    warn: (message, fields) => {
      context.log.warn(message, fields);
    },
  };
}
