import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openProgress } from '../../src/cli/views/progress.js';
import { openWaiting } from '../../src/cli/views/waiting.js';
import { sayTime } from '../../src/cli/views/span.js';
import type { Progress } from '../../src/domain/standing.js';
import { at, dawn } from '../support/attempt.js';

beforeEach(() => void vi.useFakeTimers({ now: dawn + 100_000 }));
afterEach(() => void vi.useRealTimers());

function aPipe() {
  let text = '';
  const out = { isTTY: false, write: (more: string) => (text += more) } as unknown as NodeJS.WriteStream;
  return { out, lines: () => text.trimEnd().split('\n') };
}

/** What a pipe gets of these looks. */
function piped(...looks: Progress[]): string[] {
  const { out, lines } = aPipe();
  const progress = openProgress(out, 'i-1');
  for (const look of looks) progress.show(look);
  return lines();
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

describe('a wait in a pipe', () => {
  it('has a line for each state, with when it was seen first and the time that was left then', () => {
    const { out, lines } = aPipe();
    const waiting = openWaiting(out, 'every target healthy', 300_000);
    const pending = { state: 'no targets', at: at(10) };
    const failing = { state: '1 of 2 healthy', description: 'i-2 unhealthy', at: at(75) };
    for (const observations of [[pending], [pending], [pending, failing], [pending, failing]])
      waiting.show({ since: dawn + 10_000, observations });
    expect(lines()).toEqual([
      `${sayTime(at(10))}  no targets, 5m 0s left`,
      `${sayTime(at(75))}  1 of 2 healthy (i-2 unhealthy), 3m 55s left`,
    ]);
  });
});
