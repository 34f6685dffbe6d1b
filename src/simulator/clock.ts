import TinyQueue from 'tinyqueue';

/** Forgets a scheduled thing; does nothing when it already ran. */
export type Cancel = () => void;

/** The simulated time: the only one that the simulated world knows. HTTP `Date` headers are not part of it. */
export interface Clock {
  /** Simulated milliseconds that pass in one millisecond on the wall; 0 when time stands still until it is advanced. */
  readonly speed: number;
  /** Milliseconds since the epoch, simulated. */
  now(): number;
  /** Runs `run` once the clock reads `atMs`, or as soon as it can when that is past. */
  schedule(atMs: number, run: () => void | Promise<void>): Cancel;
  /**
   * Lets `durationMs` pass at once: everything that falls due runs at its own time, in order of time and then of scheduling,
   * each awaited before the next. Calls made meanwhile queue up behind this one.
   *
   * @throws what a scheduled thing throws; the clock then stands at the time of that thing.
   */
  advance(durationMs: number): Promise<void>;
}

interface Scheduled {
  readonly atMs: number;
  readonly sequence: number;
  /** Undefined once it was cancelled: the queue has no way to take something out of its middle. */
  run: (() => void | Promise<void>) | undefined;
}

const inOrder = (one: Scheduled, other: Scheduled): number => one.atMs - other.atMs || one.sequence - other.sequence;

/** How long a jump may keep everybody else waiting, in milliseconds on the wall: requests and signals. Ours. */
const longestBusyMs = 20;

/** What all clocks share: the queue of what is to come, and jumps that skip nothing in it. */
abstract class QueueingClock implements Clock {
  abstract readonly speed: number;
  readonly #queue = new TinyQueue<Scheduled>([], inOrder);
  #sequence = 0;
  #advancing: Promise<void> = Promise.resolve();
  /** The time of what a jump is just running; undefined outside of jumps. */
  #passingMs: number | undefined;

  /** Where time has got to by itself and by the jumps before. */
  protected abstract get reachedMs(): number;

  protected abstract set reachedMs(ms: number);

  /** Something was scheduled, or a jump has ended. */
  protected abstract onQueueChanged(): void;

  now(): number {
    return this.#passingMs ?? this.reachedMs;
  }

  schedule(atMs: number, run: () => void | Promise<void>): Cancel {
    const entry: Scheduled = { atMs, sequence: this.#sequence++, run };
    this.#queue.push(entry);
    this.onQueueChanged();
    return () => (entry.run = undefined);
  }

  advance(durationMs: number): Promise<void> {
    if (!(durationMs >= 0)) throw new RangeError(`advance by ${durationMs} ms: time does not run backwards`);
    const advanced = this.#advancing.then(() => this.#jumpTo(this.now() + durationMs));
    this.#advancing = advanced.catch(() => undefined);
    return advanced;
  }

  protected get nextMs(): number | undefined {
    return this.#next()?.atMs;
  }

  protected get isJumping(): boolean {
    return this.#passingMs !== undefined;
  }

  protected takeDue(untilMs: number): Scheduled | undefined {
    const next = this.#next();
    return next !== undefined && next.atMs <= untilMs ? this.#queue.pop() : undefined;
  }

  async #jumpTo(untilMs: number): Promise<void> {
    let atMs = this.now();
    let breathedAtMs = performance.now();
    this.#passingMs = atMs;
    try {
      for (let due = this.takeDue(untilMs); due !== undefined; due = this.takeDue(untilMs)) {
        atMs = this.#passingMs = Math.max(atMs, due.atMs);
        await due.run?.();
        if (performance.now() - breathedAtMs < longestBusyMs) continue;
        await new Promise((resolve) => setImmediate(resolve));
        breathedAtMs = performance.now();
      }
      atMs = untilMs;
    } finally {
      this.#passingMs = undefined;
      this.reachedMs = Math.max(atMs, this.reachedMs);
      this.onQueueChanged();
    }
  }

  #next(): Scheduled | undefined {
    let next = this.#queue.peek();
    for (; next !== undefined && next.run === undefined; next = this.#queue.peek()) this.#queue.pop();
    return next;
  }
}

/** A clock that stands still until it is told to advance. For tests. */
export class ManualClock extends QueueingClock {
  readonly speed = 0;
  protected override reachedMs: number;

  /** @param startMs - what the clock reads first. @default 2026-01-01T00:00:00Z */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    super();
    this.reachedMs = startMs;
  }

  protected override onQueueChanged(): void {
    // Nothing is due before somebody advances the clock.
  }
}

/** The longest delay that a Node timer keeps, in milliseconds (a longer one would fire at once). Source: Node, `setTimeout`. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A clock that runs on the wall's time, `speed` times as fast, and can be advanced too.
 *
 * Its timer does not keep the process alive. A scheduled thing that fails is an unhandled rejection, on purpose.
 */
class RunningClock extends QueueingClock {
  readonly speed: number;
  #originMs: number;
  readonly #originMonotonicMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #timerIsForMs: number | undefined;

  constructor(speed: number, startMs: number) {
    super();
    this.speed = speed;
    this.#originMs = startMs;
  }

  protected override get reachedMs(): number {
    return Math.floor(this.#flowingMs);
  }

  protected override set reachedMs(ms: number) {
    this.#originMs += ms - this.#flowingMs;
    // The timer counts on time that did not jump.
    this.#timerIsForMs = undefined;
  }

  protected override onQueueChanged(): void {
    const nextMs = this.isJumping ? undefined : this.nextMs;
    if (nextMs === this.#timerIsForMs) return;
    this.#timerIsForMs = nextMs;
    clearTimeout(this.#timer);
    if (nextMs === undefined) return;
    const delayMs = Math.ceil(Math.max(0, nextMs - this.reachedMs) / this.speed);
    this.#timer = setTimeout(() => this.#runDue(), Math.min(delayMs, longestTimerMs));
    this.#timer.unref();
  }

  get #flowingMs(): number {
    return this.#originMs + (performance.now() - this.#originMonotonicMs) * this.speed;
  }

  #runDue(): void {
    this.#timerIsForMs = undefined;
    const untilMs = this.reachedMs;
    for (let due = this.takeDue(untilMs); due !== undefined; due = this.takeDue(untilMs)) void due.run?.();
    this.onQueueChanged();
  }
}

/** A clock that runs `factor` times as fast as the wall's. @param startMs - what it reads first. @default the wall's time */
export function scaledClock(factor: number, startMs: number = Date.now()): Clock {
  if (!(factor > 0 && Number.isFinite(factor))) throw new RangeError(`clock factor is ${factor}, expected more than 0`);
  return new RunningClock(factor, startMs);
}

/** A clock that shows the time of the wall. */
export const realClock = (): Clock => scaledClock(1);
