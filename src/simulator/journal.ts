import type { Fault } from './faults.js';
import type { ServiceName } from './services/service.js';
import type { Parameter, Parameters } from './wire/parameters.js';

/** One request that came in, and what became of it. */
export interface JournalEntry {
  /** Counted from 1. */
  readonly sequence: number;
  /** Simulated time, in milliseconds since the epoch. */
  readonly at: number;
  /** Time on the wall, in milliseconds since the epoch. */
  readonly wallAt: number;
  /** `unknown` when the request did not say, in a way that AWS understands. */
  readonly service: ServiceName | 'imds' | 'unknown';
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
  /** Whether a token bucket was empty. */
  readonly throttled?: true;
}

/** How many requests are kept when nobody says: those of some hours of a large fleet. Ours. */
const usualSize = 100_000;

/** What is kept of a long text, and of a long list: enough to know it by. Ours: no legal request of an appliance is cut. */
const longestText = 4096;
const longestList = 1000;

/** Parameters without the bulk of a huge request: they are kept for long. */
function inBrief(parameter: Parameter): Parameter {
  if (typeof parameter === 'string')
    return parameter.length > longestText ? `${parameter.slice(0, longestText)}...` : parameter;
  if (typeof parameter !== 'object' || parameter === null) return parameter;
  if (Array.isArray(parameter)) return (parameter as readonly Parameter[]).slice(0, longestList).map(inBrief);
  const members = Object.entries(parameter as Parameters).slice(0, longestList);
  return Object.fromEntries(members.map(([name, value]) => [name.slice(0, longestText), inBrief(value)]));
}

/** The latest requests, in order of arrival, and a way to wait for the next. */
export class Journal {
  readonly #size: number;
  #entries: JournalEntry[] = [];
  #recorded = 0;
  #waiting: { readonly matches: (entry: JournalEntry) => boolean; readonly resolve: (entry: JournalEntry) => void }[] =
    [];

  /** @param size - how many requests are kept, at least. */
  constructor(size = usualSize) {
    this.#size = size;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  record(entry: Omit<JournalEntry, 'sequence' | 'wallAt'>): void {
    const parameters = inBrief(entry.parameters) as Parameters;
    const recorded = { sequence: ++this.#recorded, wallAt: Date.now(), ...entry, parameters };
    this.#entries.push(recorded);
    // Now and then, as taking the first out of a long array is slow.
    if (this.#entries.length >= 2 * this.#size) this.#entries = this.#entries.slice(-this.#size);
    const woken = this.#waiting.filter(({ matches }) => matches(recorded));
    if (woken.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => !woken.includes(waiter));
    for (const { resolve } of woken) resolve(recorded);
  }

  /** Resolves with the next request that matches, after its effect. Requests that came before the call do not count. */
  next(matches: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }
}
