import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/cli/version.js';
import { expectWholeLife } from '../support/packaged-life.js';

const run = promisify(execFile);

/** The oldest and the newest that is supported. */
const majors = ['20', '24'];
const ownMajor = process.versions.node.split('.', 1)[0];

/** The checkout's package, installed where nothing else is. */
let folder: string;
/** Where other versions of Node are. */
let nodes: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-package-'));
  nodes = await mkdtemp(join(tmpdir(), 'drawbridge-nodes-'));
  // Without scripts: the build is there, and other tests run it just now.
  const packing = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(packing.stdout) as [{ filename: string }];
  await install(folder, `./${packed.filename}`);
}, 300_000);

afterAll(() => Promise.all([folder, nodes].map((each) => rm(each, { recursive: true, force: true }))));

describe.each(majors)('the package, installed in an empty folder, on Node %s', (major) => {
  const cli = () => join(folder, 'node_modules/.bin/drawbridge');
  const env = () => ({ PATH: process.env.PATH ?? '', HOME: folder });
  let node: string | undefined;

  beforeAll(async () => {
    node = await nodeOf(major);
  }, 300_000);

  it('says its version and explains the agent', async ({ skip }) => {
    const program = node ?? skip(`Node ${major} cannot be had`);
    const drawbridge = (...args: string[]) => run(program, [cli(), ...args], { cwd: folder, env: env() });
    expect((await run(program, ['--version'])).stdout).toMatch(new RegExp(`^v${major}\\.`));
    expect(await drawbridge('--version')).toEqual({ stdout: `${version}\n`, stderr: '' });
    const { stdout, stderr } = await drawbridge('agent', '--help');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Usage: drawbridge agent /);
  });

  it('brings an appliance into service, and takes it out on SIGTERM', async ({ skip, onTestFinished }) => {
    const program = node ?? skip(`Node ${major} cannot be had`);
    const instanceId = `i-0000000000000${major.padStart(4, '0')}`;
    await expectWholeLife({ command: [program, cli()], cwd: folder, env: env(), instanceId }, { onTestFinished });
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

async function install(where: string, what: string): Promise<void> {
  await run('npm', ['init', '-y'], { cwd: where });
  await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', what], { cwd: where });
}

/** The program, from its package, which has no install script. Undefined where it cannot be had. */
async function nodeOf(major: string): Promise<string | undefined> {
  if (major === ownMajor) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const where = join(nodes, major);
  await mkdir(where);
  try {
    await install(where, `${name}@${major}`);
  } catch {
    return undefined;
  }
  return join(where, 'node_modules', name, 'bin', 'node');
}
