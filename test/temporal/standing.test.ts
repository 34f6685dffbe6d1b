import type { Client } from '@temporalio/client';
import { defaultDataConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/temporal/runs.js';
import { standingOf } from '../../src/temporal/standing.js';
import { groupArn } from '../support/fake-aws.js';

const instanceId = 'i-0123456789abcdef0';
const registered = { targetGroupArn: groupArn('by-address'), target: { id: '10.0.0.9' } };

/** Temporal with the history of one startup, which scheduled these steps. */
function temporalWith(steps: Record<string, unknown>): Client {
  const events = Object.entries(steps).map(([name, input]) => ({
    activityTaskScheduledEventAttributes: {
      activityType: { name },
      input: { payloads: [defaultDataConverter.payloadConverter.toPayload(input)] },
    },
  }));
  const handle = {
    fetchHistory: () => Promise.resolve({ events }),
    result: () => Promise.reject(new Error('failed')),
  };
  const options = { loadedDataConverter: defaultDataConverter };
  return { workflow: { getHandle: () => handle }, options } as unknown as Client;
}

const startup: Run = {
  ...{ workflowId: `startup/${instanceId}`, runId: 'r', status: 'FAILED' },
  ...{ startedAt: new Date(0), closedAt: new Date(1) },
};
const runs = { instanceId, cluster: 'fw', startup, shutdown: undefined };

describe('where an instance stands whose startup failed', () => {
  it('is told with the target that was registered: in a group of addresses its id is not that of the instance', async () => {
    const client = temporalWith({ readMetadata: {}, registerTarget: { instanceId, ...registered } });
    expect(await standingOf(client, runs)).toMatchObject({ phase: 'failed', registered });
  });

  it('is told without one where it did not come to that', async () => {
    expect(await standingOf(temporalWith({ readMetadata: {} }), runs)).toMatchObject({ registered: null });
  });
});
