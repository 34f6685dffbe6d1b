import { CommanderError } from 'commander';
import { UsageError } from '../config/usage-error.js';
import { reasonOf } from '../temporal/reason.js';
import { redactor } from '../telemetry/secrets.js';

/** 2 for what the user gave us, 1 for what happened, 0 for --help and --version. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof UsageError ? 2 : 1;
}

/** `drawbridge: ` and the message, a line for each problem. Never a stack trace, never a secret. */
export function explainToUser(error: unknown): string {
  const message = reasonOf(error);
  return redactor(process.env)(message)
    .split('\n')
    .map((line) => `drawbridge: ${line}`)
    .join('\n');
}
