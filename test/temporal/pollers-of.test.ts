import { msToTs } from '@temporalio/common/lib/time.js';
import type { Connection } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { isWorkedOn, pollersOf } from '../../src/temporal/pollers-of.js';

/** A Temporal that remembers pollers which asked last so many seconds ago. */
function remembering(...secondsAgo: number[]): Pick<Connection, 'workflowService'> {
  const pollers = secondsAgo.map((seconds) => ({ lastAccessTime: msToTs(Date.now() - seconds * 1_000) }));
  const workflowService = { describeTaskQueue: () => Promise.resolve({ pollers }) };
  return { workflowService } as unknown as Pick<Connection, 'workflowService'>;
}

describe('the pollers of a queue', () => {
  it('are those whose poll may still be under way, not all that Temporal remembers', async () => {
    expect(await pollersOf(remembering(1, 69, 100, 280), 'default', 'drawbridge/fw', 'workflow')).toBe(2);
  });

  it('are none once the last host is dead, and then nobody works on the cluster', async () => {
    expect(await isWorkedOn(remembering(100), 'default', 'fw')).toBe(false);
    expect(await isWorkedOn(remembering(10), 'default', 'fw')).toBe(true);
  });
});
