import type { Fault } from './faults.js';
import type { Parameters } from './wire/parameters.js';

/** One request that came in, and what became of it. */
export interface JournalEntry {
  /** Counted from 1. */
  readonly sequence: number;
  /** Simulated time, in milliseconds since the epoch. */
  readonly at: number;
  /** Time on the wall, in milliseconds since the epoch. */
  readonly wallAt: number;
  /** `unknown` when the request did not say, in a way that AWS understands. */
  readonly service: 'elbv2' | 'ec2' | 'tagging' | 'sts' | 'imds' | 'unknown';
  /** Such as `RegisterTargets`; `GetToken` and `GetMetadata` for IMDS; empty when the request had none. */
  readonly action: string;
  readonly parameters: Parameters;
  /** Who asked, when credentials or the IMDS listener tell. */
  readonly instanceId?: string;
  /** The attempt that the SDK says this is: its `amz-sdk-request` header. */
  readonly attempt?: number;
  readonly outcome: Outcome;
  /** What changed in the world, such as `registered i-1 with targets-1`. */
  readonly effect?: string;
}

/** What the sender got. */
export interface Outcome {
  /** HTTP status; undefined when no answer was sent. */
  readonly status?: number;
  /** Error code, of AWS or of a fault. */
  readonly code?: string;
  /** The fault that was made, if any. */
  readonly fault?: Fault['kind'];
}

/** Every request, in order of arrival, and a way to wait for the next. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  #waiting: { readonly matches: (entry: JournalEntry) => boolean; readonly resolve: (entry: JournalEntry) => void }[] =
    [];

  record(entry: Omit<JournalEntry, 'sequence' | 'wallAt'>): void {
    const recorded = { sequence: this.entries.length + 1, wallAt: Date.now(), ...entry };
    this.entries.push(recorded);
    const woken = this.#waiting.filter(({ matches }) => matches(recorded));
    this.#waiting = this.#waiting.filter((waiter) => !woken.includes(waiter));
    for (const { resolve } of woken) resolve(recorded);
  }

  /** Resolves with the next request that matches, after its effect. Requests that came before the call do not count. */
  next(matches: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }
}
