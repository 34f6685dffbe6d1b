import { readFile } from 'node:fs/promises';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { runOf } from '../../src/chaos/workflow-runs.js';

async function recorded(name: string) {
  const json: unknown = JSON.parse(await readFile(new URL(`../histories/${name}.json`, import.meta.url), 'utf8'));
  return runOf('run', historyFromJSON(json).events ?? []);
}

describe('the record of a workflow', () => {
  it('has the receipt of a shutdown that completed, its timer, and the bounds of its steps', async () => {
    const run = await recorded('shutdown-drained');
    expect(run).toMatchObject({
      type: 'shutdown',
      status: 'completed',
      failure: undefined,
      receipt: { outcome: 'drained' },
    });
    const [timer] = run.timers;
    expect(run.timers).toHaveLength(1);
    expect(timer?.firedAt).toBeGreaterThanOrEqual((timer?.at ?? NaN) + (timer?.ms ?? NaN));
    expect(run.closedAt).toBeGreaterThan(run.startedAt);
    expect(run.executionTimeoutMs).toBeGreaterThan(0);
    expect(run.activities.map(({ name }) => name)).toContain('deregisterTarget');
    for (const step of run.activities) expect(step.scheduleToCloseMs).toBeLessThan(run.executionTimeoutMs);
  });

  it('has the receipt of a shutdown that was forced, from its failure', async () => {
    expect(await recorded('shutdown-forced-while-draining')).toMatchObject({
      status: 'failed',
      failure: { type: 'DrainInterrupted' },
      receipt: { outcome: 'interrupted' },
      timers: [{ firedAt: undefined }],
    });
  });

  it('says what a startup failed with: the step, not that an activity failed', async () => {
    expect(await recorded('startup-undone')).toMatchObject({ type: 'startup', status: 'failed', receipt: undefined });
    expect((await recorded('startup-without-tunnel')).failure?.type ?? 'none').not.toBe('');
  });
});
