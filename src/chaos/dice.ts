import { randomNumbers } from '../simulator/random.js';

/** Throws that are the same for the same seed, on every machine. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(scattered(seed));
  }

  /** True that often. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  /** A time in milliseconds, in steps of 50, which is as exact as a plan can be kept. */
  ms(from: number, to: number): number {
    return 50 * this.between(Math.ceil(from / 50), Math.floor(to / 50));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.between(0, from.length - 1)] ?? from[0];
  }

  /** One of the keys, each as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries<number>(weights) as [T, number][];
    const [first] = entries;
    if (first === undefined) throw new Error('found no weights, expected one at least');
    let left = this.#next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (left -= weight) < 0) ?? first)[0];
  }
}

/** Seeds that follow each other are to have nothing in common. Source: the finalizer of MurmurHash3. */
function scattered(seed: number): number {
  let mixed = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) mixed = Math.imul(mixed ^ (mixed >>> 15), factor) >>> 0;
  return mixed ^ (mixed >>> 16);
}
