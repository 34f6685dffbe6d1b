import type { Evidence, WorkflowRun } from '../evidence.js';
import { sayAt, saySeconds } from '../reading.js';

/** **I7** Every wait is bounded. */
export const i7 = (evidence: Evidence): string[] => [
  ...(evidence.stuckIn === undefined
    ? []
    : [`not over after ${saySeconds(evidence.boundMs)}: ${evidence.stuckIn}, expected it to be over`]),
  ...evidence.workflows.flatMap((run) => unbounded(evidence, run)),
];

function unbounded(evidence: Evidence, { type, startedAt, executionTimeoutMs, activities }: WorkflowRun): string[] {
  const which = `the ${type} of ${sayAt(evidence, startedAt)}`;
  // Temporal fills in the workflow's own timeout where a step has none.
  const endless = activities.filter(
    ({ startToCloseMs, scheduleToCloseMs }) =>
      startToCloseMs === 0 || scheduleToCloseMs === 0 || scheduleToCloseMs >= executionTimeoutMs,
  );
  return [
    ...(executionTimeoutMs > 0 ? [] : [`${which} has no execution timeout, expected one`]),
    ...endless.map(({ name }) => `${which}: ${name} has no timeout of its own, expected one`),
  ];
}
