// Runs of what is measured and of what it is compared with, by turns: what else the machine does meets both.
import { median, percentile } from './figure.js';

/** Runs that nobody counts: after them the files are in the cache of the operating system. */
const warmUps = 2;

/**
 * @template {string} Name
 * @param {number} runs
 * @param {Record<Name, () => Promise<number>>} measures - Each makes one run.
 * @returns {Promise<Record<Name, { median: number, spread: string }>>} `spread` says between what the middle half of the runs lay.
 */
export async function inTurns(runs, measures) {
  const names = /** @type {Name[]} */ (Object.keys(measures));
  const values = /** @type {Record<Name, number[]>} */ (Object.fromEntries(names.map((name) => [name, []])));
  for (let run = -warmUps; run < runs; run += 1) {
    for (const name of names) {
      const value = await measures[name]();
      if (run >= 0) values[name].push(value);
    }
  }
  const summed = names.map((name) => [name, { median: median(values[name]), spread: spreadOf(values[name]) }]);
  return Object.fromEntries(summed);
}

/** @param {readonly number[]} values @returns {string} */
export const spreadOf = (values) => [25, 75].map((percent) => percentile(values, percent).toFixed(0)).join(' to ');
