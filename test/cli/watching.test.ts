import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepLooking, lookOnce } from '../../src/cli/watching.js';
import type { Fleet } from '../../src/operator/fleet.js';

const fleet: Fleet = { cluster: 'fw', instances: [], strangers: [], hidden: 0, notes: ['a note'] };
const nothingComes = () => new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('who watches a fleet', () => {
  it('sees that it is not up to date while no answer comes, and again when one does', async () => {
    const hangs = () => {
      queueMicrotask(() => vi.advanceTimersByTime(15_000));
      return nothingComes();
    };
    const answers = [() => Promise.resolve(fleet), hangs, () => Promise.resolve(fleet)];
    const stop = new AbortController();
    const shown: (readonly string[])[] = [];
    const show = ({ notes }: Fleet) => {
      shown.push(notes);
      if (shown.length === 3) stop.abort();
    };
    const watching = keepLooking(() => (answers.shift() ?? nothingComes)(), { stop: stop.signal, show, everyMs: 0 });
    expect(await watching).toEqual(fleet);
    expect(shown).toEqual([['a note'], ['a note', 'not up to date: no answer within 15 s'], ['a note']]);
  });

  it('ends at once when told to, also while no answer comes', async () => {
    const stop = new AbortController();
    const watching = keepLooking(nothingComes, { stop: stop.signal, show: () => undefined });
    stop.abort();
    expect(await watching).toBeUndefined();
  });

  it('is told in an error when not even the first answer comes', async () => {
    const looking = expect(lookOnce(nothingComes)).rejects.toThrow('no answer within 15 s');
    await vi.advanceTimersByTimeAsync(15_000);
    await looking;
  });
});
