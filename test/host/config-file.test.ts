import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../src/host/config-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the controller config file', () => {
  it('is made together with its folder', async () => {
    const path = join(folder, 'run', 'drawbridge', 'controller.json');
    await writeWhole(path, '{}\n');
    expect(await readFile(path, 'utf8')).toBe('{}\n');
  });

  it('I9: may be written again, is replaced as a whole, and leaves no draft behind', async () => {
    const path = join(folder, 'controller.json');
    await writeWhole(path, `${'long '.repeat(1_000)}\n`);
    await writeWhole(path, 'short\n');
    await writeWhole(path, 'short\n');
    expect(await readFile(path, 'utf8')).toBe('short\n');
    expect(await readdir(folder)).toEqual(['controller.json']);
  });

  it('is never seen half-written: a reader has the old content or the new', async () => {
    const path = join(folder, 'controller.json');
    const contents = ['a', 'b'].map((letter) => letter.repeat(1_000_000));
    await writeWhole(path, contents[0] ?? '');
    const written = writeWhole(path, contents[1] ?? '').then(() => 'written');
    const seen = new Set<string>();
    for (let next = ''; next !== 'written'; next = await Promise.race([written, Promise.resolve('writing')])) {
      seen.add(await readFile(path, 'utf8'));
    }
    expect([...seen].every((content) => contents.includes(content))).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(contents[1]);
  });

  it('leaves no draft behind when it cannot be put in place', async () => {
    const path = join(folder, 'controller.json');
    await mkdir(path);
    await writeFile(join(path, 'occupied'), '');
    await expect(writeWhole(path, '{}')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['controller.json']);
  });
});
