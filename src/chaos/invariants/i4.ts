import type { Transition } from '../../simulator/simulator.js';
import type { Evidence, WorkflowRun } from '../evidence.js';
import { costMs } from '../bounds.js';
import {
  clockMs,
  deregistrations,
  doneAt,
  during,
  forcedAt,
  inProcess,
  runsOf,
  saidItLeaves,
  sayAt,
  saySeconds,
  stretchOf,
  wasMisled,
  wasUndone,
} from '../reading.js';

/** How late a drain may end when nothing happened to it. The product's own promise is 2 s; the rest is for a machine that is full. */
const lateMs = 3_000;

/** **I4** A drain period is never shorter than asked unless forced, and never starts again because something restarted. */
export function i4(evidence: Evidence): string[] {
  return [...deregistrations(evidence).flatMap((left) => tooShort(evidence, left)), ...tooLong(evidence)];
}

/** What says that the drain is over before it can be: a shutdown that completed, an agent that left cleanly. */
function tooShort(evidence: Evidence, { at }: Transition): string[] {
  const shutdowns = runsOf(evidence, 'shutdown').filter((run) => during(at, stretchOf(run)));
  const isOurs = shutdowns.length > 0 || inProcess(evidence).some((stretch) => during(at, stretch));
  if (!isOurs || wasUndone(evidence, at) || wasMisled(evidence, { from: at, to: Infinity })) return [];
  const until = Math.min(earliestEnd(evidence, at), ...excuses(evidence));
  const ends = [
    ...shutdowns.flatMap(({ status, closedAt }) =>
      closedAt === undefined || status === 'open' ? [] : [{ who: `its shutdown ${status}`, at: closedAt }],
    ),
    ...evidence.runs.flatMap(({ end, lines }) =>
      end?.signal === null && end.at >= at && (end.code === 0 || saidItLeaves(lines))
        ? [{ who: `its agent ended with ${String(end.code)}`, at: end.at }]
        : [],
    ),
  ];
  return ends
    .filter((end) => end.at < until - clockMs && end.at >= at)
    .map(
      ({ who, at: ended }) =>
        `${who} ${saySeconds(ended - at)} after the target left at ${sayAt(evidence, at)}, expected ${saySeconds(earliestEnd(evidence, at) - at)} at least`,
    );
}

/** The period that was asked for, or the one that another request cut down. */
function earliestEnd({ plan, acts }: Evidence, left: number): number {
  const asked = acts.flatMap(({ at, deed }) =>
    deed.kind === 'ask again' && deed.drainSeconds !== undefined
      ? [Math.max(left, at) + deed.drainSeconds * 1_000]
      : [],
  );
  return Math.min(left + plan.drainSeconds * 1_000, ...asked);
}

/** From when nobody has to wait any more: forced; or nothing is left that could have flows. */
const excuses = (evidence: Evidence): number[] => [
  forcedAt(evidence),
  doneAt(evidence, 'terminate'),
  doneAt(evidence, 'delete group'),
];

function tooLong(evidence: Evidence): string[] {
  return runsOf(evidence, 'shutdown').flatMap((run) => [...startedOver(evidence, run), ...late(evidence, run)]);
}

/** Every timer of a drain ends by the deadline of the first one. */
function startedOver({ plan }: Evidence, { timers }: WorkflowRun): string[] {
  const [first] = timers;
  if (first === undefined) return [];
  const asked = plan.drainSeconds * 1_000;
  return timers
    .filter(({ at, ms }) => at + ms > first.at + asked + clockMs)
    .map(
      ({ at, ms }) =>
        `the drain was to end ${saySeconds(at + ms - first.at)} after it began, expected ${saySeconds(asked)}`,
    );
}

/** By the server's clock, with what the incidents may have cost. What a full machine takes for the task after its timer is not the drain's. */
function late(evidence: Evidence, run: WorkflowRun): string[] {
  const { plan, acts } = evidence;
  const left = deregistrations(evidence).find(({ at }) => during(at, stretchOf(run)) && !wasUndone(evidence, at))?.at;
  if (left === undefined || run.closedAt === undefined) return [];
  // What had passed before the target left held nobody up afterwards.
  const costs = acts.flatMap(({ at, deed }) =>
    deed.kind === 'way out' || at + costMs(deed) < left ? [] : [costMs(deed)],
  );
  const atMost = plan.drainSeconds * 1_000 + lateMs + costs.reduce((sum, cost) => sum + cost, 0);
  const took = (run.timers.at(-1)?.firedAt ?? run.closedAt) - left;
  if (took <= atMost) return [];
  return [`the shutdown ended ${saySeconds(took)} after the target left, expected ${saySeconds(atMost)} at most`];
}
