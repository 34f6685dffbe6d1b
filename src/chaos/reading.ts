import { textsIn } from '../simulator/wire/parameters.js';
import type { JournalEntry, TargetHealth, Transition } from '../simulator/simulator.js';
import type { Act, Evidence, Line, WorkflowRun } from './evidence.js';

/** How far the clocks of Temporal, the simulator and this process may be apart, all on one machine. Ours. */
export const clockMs = 50;

/** What evidence means, in the words of the invariants. */
export const isRegistered = ({ state, reason }: TargetHealth): boolean =>
  state !== 'draining' && reason !== 'Target.NotRegistered';

/** The target came into its group, or back into it. */
export const registrations = ({ transitions }: Evidence): Transition[] =>
  transitions.filter(({ from, to }) => !isRegistered(from) && isRegistered(to));

/** The target began to leave. */
export const deregistrations = ({ transitions }: Evidence): Transition[] =>
  transitions.filter(({ from, to }) => isRegistered(from) && !isRegistered(to));

/** Whether the target was registered then. */
export const wasRegistered = ({ transitions }: Evidence, at: number): boolean => {
  const last = transitions.findLast((change) => change.at <= at);
  return last !== undefined && isRegistered(last.to);
};

export const runsOf = ({ workflows }: Evidence, type: WorkflowRun['type']): WorkflowRun[] =>
  workflows.filter((run) => run.type === type);

/** A stretch of time. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export const during = (at: number, { from, to }: Stretch): boolean => at >= from - clockMs && at <= to + clockMs;

export const stretchOf = ({ startedAt, closedAt }: WorkflowRun): Stretch => ({
  from: startedAt,
  to: closedAt ?? Infinity,
});

/** When agents took their target out by themselves, without Temporal. */
export const inProcess = ({ runs }: Evidence): Stretch[] =>
  runs.flatMap(({ lines, end }) => {
    const line = lines.find(({ message }) => message?.startsWith('leaving without Temporal') === true);
    return line === undefined ? [] : [{ from: line.at, to: end?.at ?? Infinity }];
  });

/** When there was a shutdown, of either kind. */
export const waysOut = (evidence: Evidence): Stretch[] => [
  ...runsOf(evidence, 'shutdown').map(stretchOf),
  ...inProcess(evidence),
];

/** Whether what left the group then was taken back by the startup that had registered it: nobody had asked it to drain. */
export const wasUndone = (evidence: Evidence, at: number): boolean =>
  runsOf(evidence, 'startup')
    .filter((run) => run.status !== 'completed' && during(at, stretchOf(run)))
    .some(({ startedAt }) => registrations(evidence).some((change) => during(change.at, { from: startedAt, to: at })));

export const saidItLeaves = (lines: readonly Line[]): boolean =>
  lines.some(({ message }) => message?.startsWith('leaving: ') === true);

/** When the life was first forced; never, if it was not. A second SIGTERM forces, whoever sent it. */
export function forcedAt({ acts, runs }: Evidence): number {
  const bySignal = runs.flatMap(({ told }) => told.filter(({ signal }) => signal === 'SIGTERM').slice(1, 2));
  const byMessage = acts.filter(({ deed }) => deed.kind === 'force' && deed.by !== 'second SIGTERM');
  return Math.min(...[...bySignal, ...byMessage].map(({ at }) => at));
}

/** When it was done first; never, if it was not. */
export const doneAt = ({ acts }: Evidence, kind: Act['deed']['kind']): number =>
  Math.min(...acts.filter(({ deed }) => deed.kind === kind).map(({ at }) => at));

/** Whether it was done by then. */
export const wasDone = ({ acts }: Evidence, kind: Act['deed']['kind'], by = Infinity): boolean =>
  acts.some(({ at, deed }) => deed.kind === kind && at <= by);

/** Whether AWS refused the host a request for want of a permission. */
export const wasDenied = ({ requests }: Evidence, { from, to }: Stretch): boolean =>
  requests.some(({ at, outcome }) => outcome.code === 'AccessDenied' && during(at, { from, to }));

/** Whether a way out could not know what there is to deregister: no group, not the one, or not seen yet; no address; or it may not look. */
export function couldNotFind(evidence: Evidence, { from, to }: Stretch): boolean {
  const { plan, requests } = evidence;
  if (plan.group !== 'right' || wasDone(evidence, 'delete group', to)) return true;
  if (plan.targetType === 'ip' && wasDone(evidence, 'terminate', to)) return true;
  return requests.some(
    ({ at, action, outcome }) =>
      ((outcome.code === 'AccessDenied' && action !== 'DeregisterTargets') || isOfBefore(outcome, action)) &&
      during(at, { from, to }),
  );
}

/** A search by tag that was answered with what there was some seconds ago, when the life's group may not have been there yet. */
const isOfBefore = ({ fault }: JournalEntry['outcome'], action: string): boolean =>
  fault === 'staleRead' && action === 'GetResources';

/** Whether AWS told the way out, in an answer that was some seconds old, that the target was not in its group yet. */
export function wasMisled(evidence: Evidence, { from, to }: Stretch): boolean {
  const { acts, requests } = evidence;
  const ages = acts.flatMap(({ deed }) =>
    deed.kind === 'fault' && deed.rule.kind === 'staleRead' ? [deed.rule.seconds] : [],
  );
  return requests.some(
    ({ at, outcome }) =>
      outcome.fault === 'staleRead' &&
      during(at, { from, to }) &&
      ages.some((seconds) => !wasRegistered(evidence, at - seconds * 1_000)),
  );
}

/** The requests for an action about the life's target. */
export const requestsFor = ({ requests, target }: Evidence, action: string): JournalEntry[] =>
  requests.filter((entry) => entry.action === action && textsIn(entry.parameters).includes(target.id));

/** What happened so long after the life began, for a sentence. */
export const sayAt = ({ beganAt }: Evidence, at: number): string => `${((at - beganAt) / 1_000).toFixed(2)} s`;

export const saySeconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
