/** What a shell says of a program that Ctrl-C ended. */
export const interrupted = 130;

/**
 * Ends with Ctrl-C, which ends nothing else then.
 *
 * The listener stays: what redraws a terminal listens as well, and ends the process by the signal where nobody else does
 * (signal-exit).
 */
export function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  return stop.signal;
}
