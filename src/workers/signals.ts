export type Stop = 'SIGTERM' | 'SIGINT';

/** The process's signals, which belong to the agent and to nobody else. */
export interface Signals {
  /** The first SIGTERM or SIGINT: leave. */
  readonly stop: Promise<Stop>;
  /** The second one: leave now. */
  readonly force: Promise<Stop>;
  /** SIGHUP: end the process, but leave the target in service. */
  readonly detach: Promise<'SIGHUP'>;
}

export function listenForSignals(): Signals {
  let stopped: (signal: Stop) => void;
  let forced: (signal: Stop) => void;
  const stop = new Promise<Stop>((resolve) => (stopped = resolve));
  const force = new Promise<Stop>((resolve) => (forced = resolve));
  let count = 0;
  const onStop = (signal: Stop) => (++count === 1 ? stopped(signal) : forced(signal));
  process.on('SIGTERM', onStop);
  process.on('SIGINT', onStop);
  const detach = new Promise<'SIGHUP'>((resolve) => process.once('SIGHUP', () => resolve('SIGHUP')));
  return { stop, force, detach };
}
