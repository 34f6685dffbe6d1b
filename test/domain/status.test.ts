import { describe, expect, it } from 'vitest';
import { leftCleanly } from '../../src/domain/receipt.js';
import type { DrainOutcome } from '../../src/domain/receipt.js';
import { logBook } from '../../src/domain/status.js';
import { dawn } from '../support/attempt.js';

describe('the log book in the Web UI', () => {
  it('lists what happened with its time, each on a line of its own, then what a reader should know', () => {
    const entries = [
      { at: new Date(dawn), text: 'deregistering' },
      { at: new Date(dawn + 61_000), text: 'forced: out\nof time' },
    ];
    expect(logBook(entries, ['drain period interrupted'])).toBe(
      ['- `06:00:00` deregistering', '- `06:01:01` forced: out of time', '- **note:** drain period interrupted'].join(
        '\n',
      ),
    );
  });

  it('is empty before anything happened', () => {
    expect(logBook([], [])).toBe('');
  });
});

describe('an instance that is out of service', () => {
  it.each<[DrainOutcome, boolean]>([
    ['drained', true],
    ['already deregistered', true],
    ['not in use', true],
    ['invalid state', true],
    ['interrupted', false],
    ['draining timeout', false],
    ['failed', false],
  ])('after the outcome "%s" left cleanly: %s', (outcome, clean) => {
    expect(leftCleanly(outcome)).toBe(clean);
  });
});
