import type { Attempt } from '../../src/activities/attempt.js';

/** Where every fake clock starts. */
export const dawn = Date.parse('2026-03-01T06:00:00.000Z');

/** An instant so many seconds after the fake clock's start, as ISO 8601. */
export const at = (seconds: number): string => new Date(dawn + seconds * 1_000).toISOString();

/** One try of a step on a clock of its own: a pause moves the clock on and is over at once. */
export interface FakeAttempt extends Attempt {
  readonly heartbeats: readonly unknown[];
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: readonly number[];
  readonly warnings: readonly string[];
  /** Seconds since the clock's start. */
  readonly elapsedSeconds: number;
  /** What takes time in the world, such as an AWS that answers slowly. */
  spend(ms: number): void;
  cancel(): void;
}

export interface AttemptOptions {
  /** 1 unless told. */
  readonly number?: number;
  /** What the attempt before had put down with its last heartbeat. */
  readonly resumed?: unknown;
  /** Seconds after the clock's start at which this attempt begins. */
  readonly afterSeconds?: number;
  /** Seconds after the clock's start at which the first attempt was due. @default as `afterSeconds` */
  readonly dueAfterSeconds?: number;
  readonly heartbeatTimeoutMs?: number | undefined;
  /** Whether a cancellation means that nobody wants the result. @default true */
  readonly unwanted?: boolean;
  /** Called as each pause begins, with how many came before; cancelling there ends that very pause. */
  readonly onPause?: (before: number, attempt: FakeAttempt) => void;
}

export function anAttempt({
  number = 1,
  resumed,
  afterSeconds = 0,
  dueAfterSeconds = afterSeconds,
  heartbeatTimeoutMs,
  unwanted = true,
  onPause,
}: AttemptOptions = {}): FakeAttempt {
  let now = dawn + afterSeconds * 1_000;
  const cancellation = new AbortController();
  const heartbeats: unknown[] = [];
  const pauses: number[] = [];
  const warnings: string[] = [];
  return {
    number,
    dueAt: dawn + dueAfterSeconds * 1_000,
    heartbeatTimeoutMs,
    resumed,
    signal: cancellation.signal,
    unwanted,
    heartbeats,
    pauses,
    warnings,
    get elapsedSeconds() {
      return (now - dawn) / 1_000;
    },
    now: () => now,
    giversNow: () => now,
    // As on the wire: what is put down is read back as JSON.
    heartbeat: (details) => void heartbeats.push(JSON.parse(JSON.stringify(details))),
    pause(ms) {
      onPause?.(pauses.length, this);
      if (cancellation.signal.aborted) return Promise.reject(new DOMException('cancelled', 'AbortError'));
      pauses.push(ms);
      now += ms;
      return Promise.resolve();
    },
    warn: (message) => void warnings.push(message),
    spend: (ms) => void (now += ms),
    cancel: () => cancellation.abort(),
  };
}
