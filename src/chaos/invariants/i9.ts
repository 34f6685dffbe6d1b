import type { Evidence, WorkflowRun } from '../evidence.js';
import { deregistrations, during, registrations, requestsFor, runsOf, sayAt, stretchOf } from '../reading.js';

/** **I9** Any step may run twice; the second time changes nothing. */
export const i9 = (evidence: Evidence): string[] => [
  ...evidence.workflows.flatMap((run) => [...twice(evidence, run)]),
  ...runsOf(evidence, 'shutdown').flatMap((run) => failedBySecond(evidence, run)),
];

/** One run of a workflow brings its target in once, and takes it out once, whatever is repeated in it. */
function twice(evidence: Evidence, run: WorkflowRun): string[] {
  const say = (count: number, what: string) =>
    count <= 1 ? [] : [`${count} ${what} in the ${run.type} of ${sayAt(evidence, run.startedAt)}, expected 1 at most`];
  const within = (changes: readonly { at: number }[]) => changes.filter(({ at }) => during(at, stretchOf(run))).length;
  return run.type === 'startup'
    ? say(within(registrations(evidence)), 'registrations took effect')
    : say(within(deregistrations(evidence)), 'deregistrations took effect');
}

/** What AWS answers to the second of two requests is no failure. */
function failedBySecond(evidence: Evidence, run: WorkflowRun): string[] {
  const refused = requestsFor(evidence, 'DeregisterTargets').some(
    ({ at, outcome }) => outcome.code === 'InvalidTarget' && during(at, stretchOf(run)),
  );
  if (run.receipt?.outcome !== 'failed' || !refused) return [];
  const { message = '' } = run.failure ?? {};
  return [
    `a repeated DeregisterTargets made the shutdown of ${sayAt(evidence, run.startedAt)} fail, expected nothing: ${message}`,
  ];
}
