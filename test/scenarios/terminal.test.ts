import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, inject } from 'vitest';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

/** util-linux's: runs a command at a terminal of its own, passes keys on, and ends as the command does. */
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

const ctrlC = '\u0003';

/** What a person at a laptop has. */
const laptop = ({ simulator }: Scene) => ({
  ...simulator.environment(),
  TEMPORAL_ADDRESS: inject('temporalAddress'),
});

/** Runs the command at a terminal, and presses Ctrl-C once the screen matches. */
async function pressCtrlC(environment: Record<string, string>, args: readonly string[], seen: RegExp) {
  // A terminal that nobody sits at is 0 columns wide.
  const line = ['stty cols 80 rows 24; exec', process.execPath, 'dist/cli/main.js', ...args].join(' ');
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn('script', ['-qec', line, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let screen = '';
  let pressed = false;
  child.stdout.on('data', (text: Buffer) => {
    screen += text.toString();
    if (pressed || !seen.test(screen)) return;
    pressed = true;
    child.stdin.write(ctrlC);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, screen };
}

describe.skipIf(!hasTerminal)(`at a terminal${hasTerminal ? '' : ' (needs script of util-linux)'}`, () => {
  it('Ctrl-C ends the watching of a shutdown in words, and the shutdown goes on', async ({ aScene }) => {
    const scene = await aScene();
    const { instanceId } = scene.instance;
    const args = ['shutdown', instanceId, '--cluster', scene.cluster];
    const { code, screen } = await pressCtrlC(laptop(scene), args, /unknown for|locating/);
    expect(screen).toContain(`stopped watching; shutdown/${instanceId} goes on`);
    expect(code).toBe(130);
    expect((await scene.shutdown.describe()).status.name).toBe('RUNNING');
  });

  it('Ctrl-C ends status --watch with exit code 0', async ({ aScene }) => {
    const scene = await aScene();
    const args = ['status', '--watch', '--cluster', scene.cluster];
    const { code, screen } = await pressCtrlC(laptop(scene), args, /0 instances/);
    expect([code, screen]).toEqual([0, expect.stringContaining(`cluster ${scene.cluster}`)]);
  });

  it.for([
    ['as it begins', /Temporal Web UI/],
    ['while the agents start', /what happens/],
  ] as const)('Ctrl-C ends the demo %s, with exit code 130, no word of what broke, and no child', async ([, seen]) => {
    const demo = { TEMPORAL_CLI_PATH: inject('temporalCliPath'), HOME: process.env.HOME ?? '' };
    const { code, screen } = await pressCtrlC(demo, ['demo', '--fast'], seen);
    expect([code, screen]).toEqual([130, expect.not.stringContaining('drawbridge:')]);
    const [, port] = /Temporal server {2}\S+:(\d+)/.exec(screen) ?? [];
    await expect(once(connect(Number(port), '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
