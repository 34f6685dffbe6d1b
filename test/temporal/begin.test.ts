import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { beginShutdown } from '../../src/temporal/begin.js';

const instanceId = 'i-0123456789abcdef0';

/** Temporal where a shutdown of the instance runs: what it is asked for goes into `asked`. */
function whereOneRuns(asked: unknown[]): Client {
  const workflow = {
    start: () => Promise.reject(new WorkflowExecutionAlreadyStartedError('runs', `shutdown/${instanceId}`, 'shutdown')),
    getHandle: () => ({ signal: (_name: string, request: unknown) => Promise.resolve(void asked.push(request)) }),
  };
  return { workflow } as unknown as Client;
}

describe('a shutdown that runs already', () => {
  it('is asked for the drain period of whoever joins', async () => {
    const asked: unknown[] = [];
    const input = { instanceId, drain: 30, trigger: 'SIGTERM' };
    expect((await beginShutdown(whereOneRuns(asked), 'fw', input)).runId).toBeUndefined();
    expect(asked).toEqual([{ trigger: 'SIGTERM', drain: 30 }]);
  });

  it('is left its own where the period is only what a new one would begin with', async () => {
    const asked: unknown[] = [];
    const input = { instanceId, drain: 30, trigger: 'bob' };
    await beginShutdown(whereOneRuns(asked), 'fw', input, { drainIfJoined: undefined });
    expect(asked).toEqual([{ trigger: 'bob', drain: undefined }]);
  });
});
