import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/cli/commands.js';
import { exitCodes, exitCodesOf } from '../src/cli/exit-codes.js';
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

  it.each(Object.values(commands).flatMap((listed) => Object.keys(listed)))(
    'has the exit codes that the help of %s has',
    (name) => {
      const codes = exitCodes[name] ?? {};
      const cells = [0, 1, 2, 124, 125, 130].map((code) => codes[code] ?? '');
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``) && line.split('|').length === 9);
      expect(
        row
          ?.split('|')
          .slice(2, -1)
          .map((cell) => cell.trim()),
      ).toEqual(cells);
      expect(exitCodesOf(name)).toMatch(/^Exit codes: 0 /);
    },
  );
});
