// What a process keeps, life after life: what counts is what cannot be given back. See `collect-garbage.cjs`.
import process from 'node:process';
import { at } from './processes.js';
import { asked, done } from './collect-garbage.cjs';

/** For a process whose memory is measured. */
export const collecting = ['--expose-gc', '--require', at('collect-garbage.cjs')];

let threads = 0;
process.on('worker', () => {
  threads += 1;
});

/** Imported before the process's threads begin. @returns {Promise<number>} the bytes it has in memory without the garbage of any thread. */
export async function bytesKept() {
  let left = threads;
  if (left > 0) {
    const answered = new Promise((resolve) => {
      done.onmessage = () => (left -= 1) === 0 && resolve(undefined);
    });
    asked.postMessage('');
    await answered;
  }
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

/**
 * How fast it grows once it has its size: bytes a life, by the line that fits best.
 *
 * @param {readonly { lives: number, bytes: number }[]} samples
 * @param {number} from - Lives before that fill caches.
 */
export function growth(samples, from) {
  const points = samples.filter(({ lives }) => lives >= from);
  const mean = (/** @type {(sample: { lives: number, bytes: number }) => number} */ of) =>
    points.reduce((sum, sample) => sum + of(sample), 0) / points.length;
  const [x, y] = [mean(({ lives }) => lives), mean(({ bytes }) => bytes)];
  const over = points.reduce((sum, { lives, bytes }) => sum + (lives - x) * (bytes - y), 0);
  return over / points.reduce((sum, { lives }) => sum + (lives - x) ** 2, 0);
}
