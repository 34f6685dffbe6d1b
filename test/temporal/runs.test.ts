import { describe, expect, it } from 'vitest';
import { latestOf } from '../../src/temporal/runs.js';
import type { Run } from '../../src/temporal/runs.js';
import { at } from '../support/attempt.js';

const run = (workflowId: string, startedAt: number, closedAt?: number): Run => ({
  workflowId,
  runId: 'run',
  status: closedAt === undefined ? 'RUNNING' : 'COMPLETED',
  startedAt: new Date(at(startedAt)),
  closedAt: closedAt === undefined ? undefined : new Date(at(closedAt)),
});

describe('the run that says where an instance stands', () => {
  it.each([
    ['the shutdown that runs', [0, 10], [20], 'shutdown'],
    ['the shutdown that runs, although a startup began and was refused meanwhile', [30, 31], [20], 'shutdown'],
    ['the shutdown that ended, although a startup began and was refused meanwhile', [30, 31], [20, 80], 'shutdown'],
    ['the startup that runs', [90], [20, 80], 'startup'],
    ['the startup that ended last', [90, 95], [20, 80], 'startup'],
    ['the shutdown that ended last', [0, 10], [20, 80], 'shutdown'],
  ] as const)('is %s', (_, [began, ended], [asked, left], latest) => {
    expect(latestOf({ startup: run('startup', began, ended), shutdown: run('shutdown', asked, left) })).toMatchObject({
      workflowId: latest,
    });
  });

  it('is the only one that there is', () => {
    const startup = run('startup', 0, 10);
    expect(latestOf({ startup, shutdown: undefined })).toBe(startup);
    expect(latestOf({ startup: undefined, shutdown: undefined })).toBeUndefined();
  });
});
