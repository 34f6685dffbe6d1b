import type { Evidence, WorkflowRun } from '../evidence.js';
import { clockMs, doneAt, during, registrations, runsOf, sayAt, stretchOf, wasRegistered } from '../reading.js';

/** **I5** A startup that fails or is cancelled leaves no target registered that it registered. */
export const i5 = (evidence: Evidence): string[] =>
  runsOf(evidence, 'startup')
    .filter((run) => run.status !== 'completed' && run.status !== 'open')
    .filter((run) => left(evidence, run))
    .map(
      ({ status, failure, closedAt = 0 }) =>
        `the startup ${status} at ${sayAt(evidence, closedAt)} (${failure?.type ?? 'no reason'}) and its target was registered, expected not`,
    );

function left(evidence: Evidence, run: WorkflowRun): boolean {
  const closedAt = run.closedAt ?? Infinity;
  const isItsOwn = registrations(evidence).some(({ at }) => during(at, stretchOf(run)));
  return isItsOwn && wasRegistered(evidence, closedAt + clockMs) && doneAt(evidence, 'delete group') > closedAt;
}
