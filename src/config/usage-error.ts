/** A command line, environment or file that cannot be used. The message holds one line for each problem. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
