import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';

/** Runs the Temporal CLI itself, as an operator would, against the tests' server. @returns what it printed. */
export const temporal = (...args: string[]): Promise<string> => temporalAt(inject('temporalAddress'), ...args);

/** The same, against a server of the test's own. */
export async function temporalAt(address: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(inject('temporalCliPath'), [...args, '--address', address]);
  return stdout;
}
