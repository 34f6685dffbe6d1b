import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { beginShutdown } from '../../src/temporal/begin.js';

const instanceId = 'i-0123456789abcdef0';
const id = `shutdown/${instanceId}`;

/** A Temporal where a shutdown runs at each of so many starts, and has ended when it is signalled. */
function aClient(endings: number) {
  const calls: string[] = [];
  const workflow = {
    start: () => {
      calls.push('start');
      if (calls.filter((call) => call === 'start').length > endings)
        return Promise.resolve({ workflowId: id, firstExecutionRunId: 'run-1' });
      return Promise.reject(new WorkflowExecutionAlreadyStartedError('already started', id, 'shutdown'));
    },
    getHandle: () => ({
      signal: (name: string) => {
        calls.push(name);
        return Promise.reject(new WorkflowNotFoundError('workflow execution already completed', id, undefined));
      },
    }),
  };
  return { client: { workflow } as unknown as Client, calls };
}

describe('a shutdown that ends just as it is joined', () => {
  it('is followed by a new one: that is no outage', async () => {
    const { client, calls } = aClient(1);
    expect(await beginShutdown(client, 'fw-prod', { instanceId })).toMatchObject({ runId: 'run-1' });
    expect(calls).toEqual(['start', 'requestShutdown', 'start']);
  });

  it('again and again is no coincidence, and said so (I7)', async () => {
    const { client, calls } = aClient(Infinity);
    await expect(beginShutdown(client, 'fw-prod', { instanceId })).rejects.toThrow(WorkflowNotFoundError);
    expect(calls.filter((call) => call === 'start')).toHaveLength(3);
  });
});

/** Temporal where a shutdown of the instance runs: what it is asked for goes into `asked`. */
function whereOneRuns(asked: unknown[]): Client {
  const workflow = {
    start: () => Promise.reject(new WorkflowExecutionAlreadyStartedError('runs', `shutdown/${instanceId}`, 'shutdown')),
    getHandle: () => ({ signal: (_name: string, request: unknown) => Promise.resolve(void asked.push(request)) }),
  };
  return { workflow } as unknown as Client;
}

describe('a shutdown that runs already', () => {
  it('keeps its drain period, whatever a new one would begin with (I4)', async () => {
    const asked: unknown[] = [];
    const input = { instanceId, drain: 30, trigger: 'SIGTERM' };
    expect((await beginShutdown(whereOneRuns(asked), 'fw', input)).runId).toBeUndefined();
    expect(asked).toEqual([{ trigger: 'SIGTERM', drain: undefined }]);
  });

  it('is asked for a period that is meant for it', async () => {
    const asked: unknown[] = [];
    const input = { instanceId, drain: 30, trigger: 'bob' };
    await beginShutdown(whereOneRuns(asked), 'fw', input, { drainIfJoined: 20 });
    expect(asked).toEqual([{ trigger: 'bob', drain: 20 }]);
  });
});
