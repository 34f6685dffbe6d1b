/** One process that works for Temporal. */
export interface WorkerProcess {
  /** Undefined for a fleet worker. */
  readonly instanceId: string | undefined;
  readonly pid: number;
  /** In a container every process has the same pid. */
  readonly since: Date;
}

/** What Temporal, and its Web UI, name a process of ours by. */
export const identityOf = ({ instanceId, pid, since }: WorkerProcess): string =>
  `drawbridge ${instanceId ?? 'fleet'} pid ${pid} since ${since.toISOString()}`;

/** A step that a worker has taken, and not answered yet. */
export interface TakenStep {
  readonly activityId: string;
  /** From 1. */
  readonly attempt: number;
  /** Such as `confirmHealthy`. */
  readonly name: string;
  /** The identity of the worker. */
  readonly by: string;
}

/**
 * Those that another process of the same host took. It is gone: an agent is one process, and this one has its place. Where it is
 * not, the step is done twice, which changes nothing (I9).
 */
export function leftBehind(steps: readonly TakenStep[], identity: string): TakenStep[] {
  const host = identity.replace(/(?<= pid ).*$/, '');
  return steps.filter((step) => mayBeFailed(step) && step.by.startsWith(host) && step.by !== identity);
}

/** But `registerTarget`: its undo must come after its effect (I5), so where it may yet be done its time has to pass. */
const mayBeFailed = ({ name }: TakenStep): boolean => name !== 'registerTarget';

/**
 * Those that Temporal gave to this process, and that never reached it: a matching service that waits longer than 1 s for the history
 * service to write down who took a task lets go of it, and it may be written down all the same. Source:
 * `recordTaskStartedSyncMatchTimeout` of Temporal server 1.31.
 */
export function lostOnTheWay(
  steps: readonly TakenStep[],
  identity: string,
  reached: (step: TakenStep) => boolean,
): TakenStep[] {
  return steps.filter((step) => mayBeFailed(step) && step.by === identity && !reached(step));
}
