import { ServiceError } from '@temporalio/client';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, explainToUser } from '../../src/cli/failures.js';
import { UsageError } from '../../src/config/usage-error.js';

describe('what a command says when it fails', () => {
  it.each([
    ['help asked for', new CommanderError(0, 'commander.help', ''), 0],
    ['a flag nobody knows', new CommanderError(1, 'commander.unknownOption', ''), 2],
    ['a setting that cannot be used', new UsageError('--drain: ...'), 2],
    ['anything that happened', new Error('no'), 1],
  ])('ends on %s with its code', (_, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it("comes with the server's own reason where Temporal refused", () => {
    const refusal = new ServiceError('Failed to start Workflow', {
      cause: new Error('7 PERMISSION_DENIED: Request unauthorized.'),
    });
    expect(explainToUser(refusal)).toBe(
      'drawbridge: Failed to start Workflow: 7 PERMISSION_DENIED: Request unauthorized.',
    );
  });

  it.each([
    Object.assign(new Error("Namespace not found: 'nope'"), { name: 'NamespaceNotFoundError' }),
    Object.assign(new Error('5 NOT_FOUND: Namespace nope is not found.'), { details: 'Namespace nope is not found.' }),
  ])('comes with what to do where the namespace is not there: %s', (error) => {
    expect(explainToUser(error)).toMatch(/^drawbridge: Namespace .*(found|'nope'); set TEMPORAL_NAMESPACE to one that/);
  });

  it('is a line for each problem, and no stack trace', () => {
    expect(explainToUser(new UsageError('--cluster: found a/b\n--region: found nothing'))).toBe(
      'drawbridge: --cluster: found a/b\ndrawbridge: --region: found nothing',
    );
  });
});
