import type { DrainOutcome } from '../../domain/receipt.js';
import type { Act, AgentRun, Evidence, WorkflowRun } from '../evidence.js';
import {
  couldNotFind,
  deregistrations,
  during,
  forcedAt,
  runsOf,
  saidItLeaves,
  sayAt,
  stretchOf,
  wasDenied,
  wasDone,
  wasMisled,
  wasRegistered,
} from '../reading.js';

/** Whatever ended, ended as what happened to it explains; and an agent's exit code says how. */
export const endings = (evidence: Evidence): string[] => [
  ...runsOf(evidence, 'shutdown').flatMap((run) =>
    explainsShutdown(evidence, run) ? [] : [unexplained(evidence, run)],
  ),
  ...runsOf(evidence, 'startup').flatMap((run) => (explainsStartup(evidence, run) ? [] : [unexplained(evidence, run)])),
  ...evidence.runs.flatMap((run) => (run.end === undefined ? [] : ofAgent(evidence, run, run.end))),
];

type Explains = (evidence: Evidence, run: WorkflowRun) => boolean;

const endOf = ({ closedAt = Infinity }: WorkflowRun): number => closedAt;

/** What of that has to have happened before the end. */
const met =
  (...kinds: Act['deed']['kind'][]): Explains =>
  (evidence, run) =>
    kinds.some((kind) => wasDone(evidence, kind, endOf(run)));

/** The group is not the one, or it is gone. */
const noGroup: Explains = (evidence, run) =>
  evidence.plan.group !== 'right' || wasDone(evidence, 'delete group', endOf(run));

const denied: Explains = (evidence, run) => wasDenied(evidence, stretchOf(run));

/**
 * The target was out when this shutdown began, or AWS's own delay was over before it was asked again. The target of an instance
 * that is terminated has none: it is out as soon as it is deregistered, be it by the undo of a startup that this shutdown ends.
 */
function hadLeft(evidence: Evidence, run: WorkflowRun): boolean {
  if (wasDone(evidence, 'terminate', endOf(run))) return true;
  const left = deregistrations(evidence).find(({ at }) => during(at, stretchOf(run)));
  return left === undefined || endOf(run) - left.at >= evidence.plan.delaySeconds * 1_000;
}

/** What a shutdown may end with, and when. */
const outcomes: Partial<Record<DrainOutcome, Explains>> = {
  drained: (_, { status }) => status === 'completed',
  'already deregistered': (evidence, run) =>
    hadLeft(evidence, run) || wasDone(evidence, 'delete group', endOf(run)) || wasMisled(evidence, stretchOf(run)),
  'invalid state': met('terminate'),
  interrupted: (evidence, run) => forcedAt(evidence) <= endOf(run),
  failed: (evidence, run) => denied(evidence, run) || failures[run.failure?.type ?? '']?.(evidence, run) === true,
};

/** What a startup, or a step of a shutdown, may fail with, and when. */
const failures: Partial<Record<string, Explains>> = {
  TargetGroupNotFound: (evidence, run) => couldNotFind(evidence, stretchOf(run)),
  TargetGroupAmbiguous: noGroup,
  TargetGroupNotGeneve: noGroup,
  TargetGroupInOtherVpc: noGroup,
  TargetUnknown: (evidence, run) => evidence.plan.targetType === 'ip' && met('terminate')(evidence, run),
  TunnelNotFound: ({ plan }) => plan.tunnel === 'missing',
  ShutdownRunning: met('way out'),
  HostLeaving: met('way out'),
  Cancelled: met('way out'),
  HealthTimeout: met('kill', 'way out', 'cut off', 'delete group'),
  HostLost: met('kill', 'way out'),
};

/** One that nobody is left to go on with stays open. */
function explainsShutdown(evidence: Evidence, run: WorkflowRun): boolean {
  if (run.status === 'open') return evidence.plan.company === 'nobody';
  const outcome = run.receipt?.outcome;
  return outcome !== undefined && outcomes[outcome]?.(evidence, run) === true;
}

function explainsStartup(evidence: Evidence, run: WorkflowRun): boolean {
  const { plan } = evidence;
  if (run.status === 'open') return plan.company === 'nobody';
  if (run.status === 'completed') return plan.group === 'right' && plan.tunnel !== 'missing';
  if (denied(evidence, run) || met('terminate')(evidence, run)) return true;
  const type = run.status === 'canceled' ? 'Cancelled' : (run.failure?.type ?? '');
  return failures[type]?.(evidence, run) === true;
}

function unexplained(evidence: Evidence, { type, startedAt, status, receipt, failure }: WorkflowRun): string {
  const outcome = receipt === undefined ? '' : ` (${receipt.outcome})`;
  const reason = failure === undefined ? '' : ` with ${failure.type}: ${failure.message}`;
  return `the ${type} of ${sayAt(evidence, startedAt)} ${status}${outcome}${reason}, and nothing explains it`;
}

function ofAgent(evidence: Evidence, run: AgentRun, end: NonNullable<AgentRun['end']>): string[] {
  const which = `the agent of ${sayAt(evidence, run.startedAt)}`;
  if (end.signal !== null) {
    return endedBy(run, end.signal) ? [] : [`${which} was ended by ${end.signal}, expected it to end by itself`];
  }
  const isClean = leftCleanly(evidence, run, end.at);
  if ((end.code === 0) === isClean) return [];
  const last = run.lines.at(-1)?.message ?? 'nothing';
  return [`${which} ended with ${String(end.code)} after "${last}", expected ${isClean ? '0' : 'not 0'}`];
}

/** A signal of ours that cannot be caught, or that came before the process listened for it. */
const endedBy = ({ told, lines }: AgentRun, signal: string): boolean =>
  told.some((sent) => sent.signal === signal) && (signal === 'SIGKILL' || lines.length === 0);

/** What an agent ends with by itself, before it was in service: a metadata service that stays silent for its minute is one reason. */
const failuresToStart: readonly (string | undefined)[] = ['startup failed', 'the agent cannot start'];

/** It left, was detached, or was told to go before there was anything to leave; one that was ending with its failed start did not. */
function leftCleanly(evidence: Evidence, { lines, told }: AgentRun, at: number): boolean {
  const said = lines.some(({ message = '' }) => message === 'out of service' || message.startsWith('detached: '));
  const hadFailed = lines.some(({ message }) => failuresToStart.includes(message));
  return said || (told.length > 0 && !hadFailed && !saidItLeaves(lines) && !wasRegistered(evidence, at));
}
