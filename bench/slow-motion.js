// The product, slower: where one machine stands for hundreds, each has as much of it as it would have had of its own.
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { at } from './processes.js';

/**
 * Makes a copy of the build in which every duration is so many times as long: they are named in one file, by the second.
 *
 * @param {number} times - A whole number.
 * @returns {Promise<{ child: (name: string) => string, remove: () => Promise<void> }>} `child`: the path of one of `children`, on
 *   that copy.
 */
export async function inSlowMotion(times) {
  const { makeMutant } = await import('../build/chaos/mutant.js');
  const { product, remove } = await makeMutant({
    name: 'slow-motion',
    file: 'domain/timings.js',
    find: 'const second = 1_000;',
    replace: `const second = ${times * 1_000};`,
  });
  const folder = join(dirname(product), '../../bench');
  await cp(at('.'), folder, { recursive: true });
  return { child: (name) => join(folder, 'children', name), remove };
}
