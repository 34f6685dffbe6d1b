import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';

/** Runs the Temporal CLI itself, as an operator would, against the tests' server. @returns what it printed. */
export async function temporal(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(inject('temporalCliPath'), [
    ...args,
    '--address',
    inject('temporalAddress'),
  ]);
  return stdout;
}
