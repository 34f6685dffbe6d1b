import { UsageError } from '../config/usage-error.js';
import type { Logger } from '../telemetry/log.js';

/**
 * The last line of a process that cannot go on.
 *
 * @returns its exit code
 * @throws the error itself where nothing is logged: then whoever called says it on stderr, as nobody should have to guess
 */
export function fatal(error: Error, log: Logger, message: string): number {
  if (log.level === 'silent') throw error;
  log.fatal({ reason: error.message }, message);
  return error instanceof UsageError ? 2 : 1;
}
