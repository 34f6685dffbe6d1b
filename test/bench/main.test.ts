import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';

const main = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

// Each starts a process, and the machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Where there is no program but Node itself, given by its path. */
function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env: { PATH: '/nowhere' } }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

it('refuses what it does not know, in one line', async () => {
  expect(await bench('--only', 'nothing')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^bench: --only nothing: expected one of start-vs-aws-cli, .*\n$/) as string,
  });
});

it('names a Node that does not run', async () => {
  const { code, stderr } = await bench('--node', '/nowhere/node', '--only', 'cli-start');
  expect(code).toBe(1);
  expect(stderr).toBe('bench: --node /nowhere/node: found nothing that runs, expected a Node\n');
});

it('lists the figures by one row each', async () => {
  const { code, stdout } = await bench('--list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^idle-rss +memory of an agent/m);
});

it('says why a figure could not be measured, writes it so for a machine, and fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'figures.json');
  const { code, stdout } = await bench('--only', 'start-vs-aws-cli', '--json', file);
  expect(code).toBe(1);
  expect(stdout).toContain('found no program "aws", expected the AWS CLI');
  const nothing = { value: null, reference: null, referenceValue: null, ratio: null };
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([
    { figure: 'start-vs-aws-cli', ...nothing, unit: 'ms', must: 'at most 0.4 times', ok: false },
  ]);
});
