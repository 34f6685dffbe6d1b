import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startupId } from '../../src/domain/ids.js';
import { watchForLostSteps } from '../../src/workers/lost-steps.js';
import { ReachedSteps } from '../../src/workers/reached-steps.js';

const identity = 'drawbridge i-0123456789abcdef0 pid 1 since 2026-11-28T00:00:00.000Z';
const workflowId = startupId('i-0123456789abcdef0');
const log = pino({ level: 'silent' });

interface Given {
  readonly runId?: string;
  readonly activityId?: string;
  readonly attempt?: number;
}

/** @returns the steps that were failed, by run, step and look, when Temporal says at one look after the other that this process has these. */
async function failedAfter(looks: readonly (Given | Error)[], reached = new ReachedSteps(workflowId)) {
  const over = new AbortController();
  const failed: string[] = [];
  let look = 0;
  const describeOf = (given: Given | Error | undefined) => {
    if (given instanceof Error) throw given;
    if (given === undefined) over.abort();
    const { runId = 'run 1', activityId = '5', attempt = 1 } = given ?? {};
    const state = proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
    const activityType = { name: 'confirmHealthy' };
    const pendingActivities = [{ activityId, attempt, state, activityType, lastWorkerIdentity: identity }];
    return Promise.resolve({ runId, raw: { pendingActivities } });
  };
  const client = {
    options: { identity },
    workflow: { getHandle: () => ({ describe: async () => describeOf(looks[look++]) }) },
    activity: {
      fail: ({ runId, activityId }: { runId: string; activityId: string }) => {
        failed.push(`${runId}, step ${activityId}, look ${look}`);
        return Promise.resolve();
      },
    },
  } as unknown as Client;
  await watchForLostSteps(client, reached, { log, until: over.signal, everyMs: 1 });
  return failed;
}

describe('a step that this process has by what Temporal says, and that never came', () => {
  it('is given a second look before it is failed', async () => {
    expect(await failedAfter([{}])).toEqual([]);
    expect(await failedAfter([{}, {}])).toEqual(['run 1, step 5, look 2']);
  });

  it.each([
    ['of another run', { runId: 'run 2' }],
    ['of another step', { activityId: '6' }],
    ['that is another attempt', { attempt: 2 }],
  ])('is not the one before %s', async (_which, other) => {
    expect(await failedAfter([{}, other])).toEqual([]);
  });

  it('is failed after a look that Temporal did not answer, too', async () => {
    expect(await failedAfter([{}, new Error('unavailable'), {}])).toEqual(['run 1, step 5, look 3']);
  });
});

describe('a step that came', () => {
  /** A process where these arrived, in this order. */
  async function where(...arrivals: readonly Required<Given>[]) {
    const reached = new ReachedSteps(workflowId);
    const { confirmHealthy } = reached.noting({ confirmHealthy: () => Promise.resolve() });
    for (const { runId, activityId, attempt } of arrivals) {
      const info = { workflowExecution: { workflowId, runId }, activityId, attempt };
      await new MockActivityEnvironment(info).run(confirmHealthy);
    }
    return reached;
  }
  const first = { runId: 'run 1', activityId: '5', attempt: 1 };

  it('is not lost, whatever became of it', async () => {
    expect(await failedAfter([{}, {}], await where(first))).toEqual([]);
  });

  it('is not lost where a later attempt of it came', async () => {
    expect(await failedAfter([{}, {}], await where({ ...first, attempt: 2 }))).toEqual([]);
  });

  it('in an earlier attempt is lost', async () => {
    expect(await failedAfter([{ attempt: 2 }, { attempt: 2 }], await where(first))).toHaveLength(1);
  });

  it('in another run is lost in this one', async () => {
    const reached = await where({ ...first, runId: 'run 0' });
    expect(await failedAfter([{}, {}], reached)).toHaveLength(1);
  });

  it('is not forgotten when a late one of the run before comes after it', async () => {
    const reached = await where(first, { ...first, runId: 'run 0' });
    expect(await failedAfter([{}, {}], reached)).toEqual([]);
  });
});
