import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureTypes } from '../src/domain/failures.js';

const page = readFileSync('docs/operations.md', 'utf8');

describe('docs/operations.md', () => {
  it.each(failureTypes)('says what %s means', (type) => {
    expect(page).toMatch(new RegExp(`^\\|[^|]*\`${type}\`[^|]*\\|`, 'm'));
  });

  it.each(['interrupted', 'drained', 'already deregistered', 'draining timeout', 'invalid state', 'failed'])(
    'says what the outcome %s means',
    (outcome) => {
      expect(page).toMatch(new RegExp(`^\\|[^|]*${outcome}[^|]*\\|`, 'm'));
    },
  );
});
