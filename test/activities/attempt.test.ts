import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withSignsOfLife } from '../../src/activities/attempt.js';
import { aliveBeat } from '../../src/domain/timings.js';
import { anAttempt } from '../support/attempt.js';

describe('work with signs of life', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says that it is alive for as long as it takes, and not a moment longer', async () => {
    const attempt = anAttempt();
    const work = new Promise<string>((resolve) => setTimeout(resolve, 7_000, 'done'));
    const working = withSignsOfLife(attempt, 2_000, work);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(await working).toBe('done');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempt.heartbeats).toHaveLength(3);
  });

  it('ends with the failure of the work', async () => {
    const attempt = anAttempt();
    await expect(withSignsOfLife(attempt, 2_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempt.heartbeats).toEqual([]);
  });

  it('comes often enough: the SDK passes a heartbeat on after four fifths of the timeout at the latest', () => {
    const { everyMs, heartbeatMs } = aliveBeat;
    expect(everyMs).toBeLessThan(0.8 * heartbeatMs);
  });
});
