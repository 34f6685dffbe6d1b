import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { invariantNames } from '../../src/chaos/check.js';
import { mutated } from '../../src/chaos/mutant.js';
import { mutations } from '../../src/chaos/mutations.js';

describe('the mutations', () => {
  it.each(mutations)('$name changes a text that is in the build exactly once', async ({ file, find, replace }) => {
    const code = await readFile(new URL(`../../build/${file}`, import.meta.url), 'utf8');
    expect(mutated(code, find, replace)).not.toBe(code);
  });

  it('leave no invariant without one', () => {
    const broken = new Set(mutations.map(({ breaks }) => breaks));
    expect(invariantNames.filter((name) => name.startsWith('I') && !broken.has(name))).toEqual([]);
  });

  it('are refused where their text is not there, or there twice', () => {
    expect(() => mutated('a b a', 'c', '')).toThrow('found "c" 0 times, expected it once');
    expect(() => mutated('a b a', 'a', '')).toThrow('found "a" 2 times, expected it once');
  });
});
