import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

vi.setConfig({ maxConcurrency: 3, testTimeout: 300_000 });

/** A seed to whose life nothing happens: it is over soonest. */
const undisturbed = 2_397;

const program = fileURLToPath(new URL('../../build/chaos/main.js', import.meta.url));

/** As `npm run chaos -- ...` does, with a Temporal server of its own. */
const chaos = (...args: string[]): Promise<{ code: number; lines: string[]; errors: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, lines: stdout.trimEnd().split('\n'), errors: stderr });
    });
  });

describe.concurrent('npm run chaos', () => {
  it('says last how many lives passed, and ends with 0 where all did', async () => {
    const { code, lines } = await chaos('--runs', '2', '--seed', String(undisturbed));
    expect(lines.at(-1)).toBe('2 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('ends with 1 where a life broke something, and says how to live it again: in just the way that broke it', async () => {
    const flags = `--runs 1 --seed ${undisturbed} --only I7 --mutation no-end`;
    const { code, lines } = await chaos(...flags.split(' '));
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
    const replays = lines.filter((line) => line.includes('replay: ')).map((line) => line.trim());
    expect(replays).toEqual([`replay: npm run chaos -- ${flags}`]);
  });

  it('proves of a mutation that it is noticed, and by nothing that the sound product does', async () => {
    const { code, lines } = await chaos(
      ...['--mutations', '--mutation', 'no-end'],
      ...['--runs', '1', '--seed', String(undisturbed)],
    );
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
    expect(code).toBe(0);
  });

  it.each([
    ['--runs', '0'],
    ['--only', 'I10'],
    ['--mutation', 'none'],
    ['--seed', 'x'],
  ])('refuses %s %s with 2, before anything is lived', async (...args) => {
    const { code, lines, errors } = await chaos(...args);
    expect(code).toBe(2);
    expect(lines).toEqual(['']);
    expect(errors).toContain(`Found ${args[1]}, expected`);
  });
});
