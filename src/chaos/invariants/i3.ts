import type { JournalEntry } from '../../simulator/simulator.js';
import type { AgentRun, Evidence, WorkflowRun } from '../evidence.js';
import { couldNotFind, during, requestsFor, runsOf, sayAt, stretchOf } from '../reading.js';

/**
 * **I3** Once a shutdown began, DeregisterTargets is sent at least once, whatever dies or is forced. One that ended well has got
 * it through, too.
 */
export const i3 = (evidence: Evidence): string[] => [
  ...runsOf(evidence, 'shutdown').flatMap((run) => endedWithout(evidence, run)),
  ...evidence.runs.flatMap((run) => leftWithout(evidence, run)),
];

function endedWithout(evidence: Evidence, run: WorkflowRun): string[] {
  if (run.closedAt === undefined || hadNoTarget(evidence, run)) return [];
  const sent = requestsFor(evidence, 'DeregisterTargets').filter(({ at }) => during(at, stretchOf(run)));
  const which = `the shutdown of ${sayAt(evidence, run.startedAt)} (${run.status})`;
  if (sent.length === 0) return [`no DeregisterTargets was sent by ${which}, expected one at least`];
  if (run.receipt?.outcome === 'failed' || sent.some(gotThrough)) return [];
  return [`none of ${sent.length} DeregisterTargets got through in ${which}, expected one at least`];
}

/** Whether it ended before it knew what there is to deregister, and rightly so. */
const hadNoTarget = (evidence: Evidence, run: WorkflowRun): boolean =>
  run.failure !== undefined && /^(Target|AwsDenied)/.test(run.failure.type) && couldNotFind(evidence, stretchOf(run));

/** Whether it took effect, or AWS said that there was nothing to do. */
const gotThrough = ({ effect, outcome }: JournalEntry): boolean =>
  effect !== undefined ||
  outcome.status === 200 ||
  outcome.code === 'InvalidTarget' ||
  outcome.code === 'TargetGroupNotFound';

/** An agent that said it leaves, and ended by itself, has not just gone away. */
function leftWithout(evidence: Evidence, { lines, end }: AgentRun): string[] {
  const said = lines.find(({ message }) => message?.startsWith('leaving: ') === true);
  if (said === undefined || end?.signal !== null) return [];
  // What it joined may have sent it before.
  const joined = runsOf(evidence, 'shutdown').filter((run) => during(said.at, stretchOf(run)));
  const from = Math.min(said.at, ...joined.map(({ startedAt }) => startedAt));
  if (couldNotFind(evidence, { from, to: end.at })) return [];
  const sent = requestsFor(evidence, 'DeregisterTargets').some(({ at }) => during(at, { from, to: end.at }));
  return sent
    ? []
    : [`the agent left at ${sayAt(evidence, end.at)} without a DeregisterTargets, expected one at least`];
}
