import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openProgress } from '../../src/cli/views/progress.js';
import { sayTime } from '../../src/cli/views/span.js';
import type { Progress } from '../../src/domain/standing.js';
import { at, dawn } from '../support/attempt.js';

beforeEach(() => void vi.useFakeTimers({ now: dawn + 100_000 }));
afterEach(() => void vi.useRealTimers());

/** What a pipe gets of these looks. */
function piped(...looks: Progress[]): string[] {
  let text = '';
  const out = { isTTY: false, write: (more: string) => (text += more) } as unknown as NodeJS.WriteStream;
  const progress = openProgress(out, 'i-1');
  for (const look of looks) progress.show(look);
  return text.trimEnd().split('\n');
}

const draining = (since: number, until: number): Progress => ({
  ...{ phase: 'draining', since: at(since), drainUntil: at(until), lastFailure: null },
});

describe('progress in a pipe', () => {
  it('is stamped with when it was seen', () => {
    const deregistering: Progress = { ...draining(10, 0), phase: 'deregistering', drainUntil: null };
    expect(piped(deregistering)).toEqual([`${sayTime(at(100))}  deregistering`]);
  });

  it('has no new line where worker and server say the same by two clocks, and one where the end has moved', () => {
    const lines = piped(draining(10, 160), draining(11, 161), draining(10, 160), draining(10, 280));
    expect(lines).toEqual([160, 280].map((end) => `${sayTime(at(100))}  draining until ${sayTime(at(end))}`));
  });
});
