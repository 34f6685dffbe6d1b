/** Forgets a scheduled thing; does nothing when it already ran. */
export type Cancel = () => void;

/** The simulated time: the only one that the simulated world knows. HTTP `Date` headers are not part of it. */
export interface Clock {
  /** Milliseconds since the epoch, simulated. */
  now(): number;
  /** Runs `run` once the clock reads `atMs`, or as soon as it can when that is past. */
  schedule(atMs: number, run: () => void | Promise<void>): Cancel;
  /** Simulated milliseconds that pass in one millisecond on the wall. @default 1 */
  readonly speed?: number;
}

/** The longest delay that a Node timer keeps, in milliseconds (a longer one would fire at once). Source: Node, `setTimeout`. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A clock that runs `factor` times as fast as the wall's, from the present on.
 *
 * Its timers do not keep the process alive. A scheduled thing that fails is an unhandled rejection, on purpose.
 */
export function scaledClock(factor: number): Clock {
  if (!(factor > 0 && Number.isFinite(factor))) throw new RangeError(`clock factor is ${factor}, expected more than 0`);
  const startedAtMs = Date.now();
  const startedAtMonotonicMs = performance.now();
  const now = () => startedAtMs + (performance.now() - startedAtMonotonicMs) * factor;

  function schedule(atMs: number, run: () => void | Promise<void>): Cancel {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const remainingMs = Math.max(0, (atMs - now()) / factor);
      timer = setTimeout(fire, Math.min(Math.ceil(remainingMs), longestTimerMs));
      timer.unref();
    };
    const fire = () => {
      if (now() < atMs) arm();
      else void run();
    };
    arm();
    return () => clearTimeout(timer);
  }

  return { now, schedule, speed: factor };
}

/** A clock that shows the time of the wall. */
export const realClock = (): Clock => scaledClock(1);

interface Scheduled {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void | Promise<void>;
}

/** A clock that stands still until it is told to advance. For tests. */
export class ManualClock implements Clock {
  readonly speed = 1;
  #nowMs: number;
  #sequence = 0;
  #scheduled: Scheduled[] = [];
  #advancing: Promise<void> = Promise.resolve();

  /** @param startMs - what the clock reads first. @default 2026-01-01T00:00:00Z */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule(atMs: number, run: () => void | Promise<void>): Cancel {
    const entry = { atMs, sequence: this.#sequence++, run };
    this.#scheduled.push(entry);
    return () => {
      this.#scheduled = this.#scheduled.filter((other) => other !== entry);
    };
  }

  /**
   * Lets `durationMs` pass: everything that falls due runs at its own time, in order of time and then of scheduling, each
   * awaited before the next. Calls made meanwhile queue up behind this one.
   *
   * @throws what a scheduled thing throws; the clock then stands at the time of that thing.
   */
  advance(durationMs: number): Promise<void> {
    if (!(durationMs >= 0)) throw new RangeError(`advance by ${durationMs} ms: time does not run backwards`);
    const advanced = this.#advancing.then(() => this.#runUntil(this.#nowMs + durationMs));
    this.#advancing = advanced.catch(() => undefined);
    return advanced;
  }

  async #runUntil(untilMs: number): Promise<void> {
    for (let due = this.#takeDue(untilMs); due !== undefined; due = this.#takeDue(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      await due.run();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #takeDue(untilMs: number): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const entry of this.#scheduled) {
      if (entry.atMs > untilMs) continue;
      if (!first || entry.atMs < first.atMs || (entry.atMs === first.atMs && entry.sequence < first.sequence))
        first = entry;
    }
    if (first) this.#scheduled = this.#scheduled.filter((entry) => entry !== first);
    return first;
  }
}
