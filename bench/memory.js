// What a process keeps, life after life. Collects garbage before it looks: what counts is what cannot be given back.
import v8 from 'node:v8';
import vm from 'node:vm';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

/**
 * @typedef {object} Sample
 * @property {number} lives - How many are over.
 * @property {number} rss - Bytes that the process has in memory.
 * @property {number} heap - Bytes of JavaScript among them that are in use.
 */

/**
 * Lives so many lives, by turns as soon as one of `each` is free, and looks at the memory in between, when none runs.
 *
 * @param {{ lives: number, sampleEvery: number, each: readonly (() => Promise<void>)[] }} options
 * @returns {Promise<Sample[]>}
 */
export async function memoryAfter({ lives, sampleEvery, each }) {
  const samples = [];
  for (let over = 0; over < lives;) {
    let left = Math.min(sampleEvery, lives - over);
    over += left;
    await Promise.all(
      each.map(async (live) => {
        while (left > 0) {
          left -= 1;
          await live();
        }
      }),
    );
    collectGarbage();
    samples.push({ lives: over, rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed });
  }
  return samples;
}

/**
 * How fast it grows once it has its size: bytes a life, by the line that fits best.
 *
 * @param {readonly Sample[]} samples
 * @param {'rss' | 'heap'} what
 * @param {number} from - Lives before that only fill caches.
 */
export function growth(samples, what, from) {
  const points = samples.filter(({ lives }) => lives >= from);
  const mean = (/** @type {(sample: Sample) => number} */ of) =>
    points.reduce((sum, sample) => sum + of(sample), 0) / points.length;
  const [x, y] = [mean(({ lives }) => lives), mean((sample) => sample[what])];
  const over = points.reduce((sum, sample) => sum + (sample.lives - x) * (sample[what] - y), 0);
  return over / points.reduce((sum, { lives }) => sum + (lives - x) ** 2, 0);
}
