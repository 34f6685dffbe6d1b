import type { Clock } from '../clock.js';
import type { Bucket } from './limits.js';

interface Level {
  readonly capacity: number;
  tokens: number;
  at: number;
}

/** Token buckets on the simulated clock, each full when it is first asked. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #levels = new Map<string, Level>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token. @returns false when there is none; nothing is taken then. */
  take(name: string, { capacity, perSecond }: Bucket): boolean {
    const now = this.#clock.now();
    const level = this.#levels.get(name) ?? { capacity, tokens: capacity, at: now };
    this.#levels.set(name, level);
    level.tokens = Math.min(capacity, level.tokens + ((now - level.at) / 1000) * perSecond);
    level.at = now;
    if (level.tokens < 1) return false;
    level.tokens -= 1;
    return true;
  }

  /** What was left in each bucket when it was last asked, by name. */
  get levels(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#levels].map(([name, { tokens }]) => [name, tokens]));
  }
}
