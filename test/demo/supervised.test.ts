import { describe, expect, it } from 'vitest';
import { spawnSupervised } from '../../src/demo/supervised.js';
import { startParent } from '../support/parent-process.js';
import { processField } from '../support/processes.js';

/** Starts a shell script and hands out its lines one at a time. */
async function aScript(script: string) {
  const lines: string[] = [];
  let wake: () => void = () => undefined;
  const child = await spawnSupervised('/bin/sh', ['-c', script], {
    name: 'a script',
    onLine: (line) => {
      lines.push(line);
      wake();
    },
  });
  const nextLine = async (): Promise<string> => {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { child, nextLine };
}

/** Lives until somebody ends it, and waits in the shell itself so that a trap runs at once. */
const forever = 'while :; do sleep 1000 & wait $!; done';

describe('a supervised process', () => {
  it("is known by the command's own process id, in a group of its own", async () => {
    const { child, nextLine } = await aScript(`echo $$; ${forever}`);
    expect(await nextLine()).toBe(String(child.pid));
    expect(await processField(child.pid, 'pgid')).toBe(String(child.pid));
    await child.stop();
  });

  it('passes every line on, and the exit code', async () => {
    const { child, nextLine } = await aScript('echo one; echo two >&2; exit 7');
    expect([await nextLine(), await nextLine()].sort()).toEqual(['one', 'two']);
    expect(await child.exited).toEqual({ code: 7, signal: null });
    expect([...child.lastLines()].sort()).toEqual(['one', 'two']);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('hears %s and decides for itself', async (signal) => {
    const { child, nextLine } = await aScript(
      `trap 'echo heard ${signal}; exit 3' ${signal.slice(3)}; echo ready; ${forever}`,
    );
    expect(await nextLine()).toBe('ready');
    expect(child.kill(signal)).toBe(true);
    expect(await nextLine()).toBe(`heard ${signal}`);
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.kill(signal)).toBe(false);
  });

  it('is killed when it does not end in the grace it was given', async () => {
    const { child, nextLine } = await aScript(`trap '' TERM; echo ready; ${forever}`);
    await nextLine();
    expect(await child.stop(50)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('takes what it started with it', async () => {
    const { child, nextLine } = await aScript('sleep 1000 & echo $!; wait');
    const grandchild = Number(await nextLine());
    child.kill('SIGKILL');
    await child.exited;
    await expect.poll(() => processField(grandchild, 'args')).toBe('');
  });

  it('ends with 127 when there is no such command', async () => {
    const child = await spawnSupervised('/nowhere/at-all', [], { name: 'nothing' });
    expect((await child.exited).code).toBe(127);
    expect(child.lastLines().join()).toContain('/nowhere/at-all');
  });

  it('cannot outlive a parent that was killed with SIGKILL, deaf as it may be', { timeout: 30_000 }, async () => {
    const parent = await startParent(`
      import { spawnSupervised } from './demo/supervised.js';
      const deaf = "trap '' TERM HUP INT; echo $$; while :; do sleep 1000; done";
      await spawnSupervised('/bin/sh', ['-c', deaf], { name: 'deaf', onLine: (line) => console.log(line) });
    `);
    const child = Number(parent.firstLine);
    expect(await processField(child, 'args')).toContain('trap');
    await parent.killHard();
    await expect.poll(() => processField(child, 'args'), { timeout: 10_000 }).toBe('');
  });
});
