/**
 * The life of a command on one instance, as pure functions of time.
 *
 * C1 Every phase knows the time of its own next change, so that a jump of the clock passes through all phases in order.
 * C2 A script begins at most once, and never when the delivery timeout has passed. Source: SSM API reference, TimeoutSeconds.
 * C3 What the agent has not reported when the command expires counts as not delivered, even if the script ran. Source: Systems
 *    Manager user guide, "Understanding command timeout values".
 *
 * Assumed, not known of AWS: a command that the agent does not have yet is cancelled at once; the script that was running on
 * an instance which stopped is reported as failed when the agent is back; an instance that is gone makes what it has not
 * received undeliverable; a cancellation that never reaches the agent is complete when the command expires.
 */
import type { ScriptAnswer } from './command-script.js';

/** How the agent of an instance stands to Systems Manager: `offline` goes on running scripts, `down` and `gone` do not. */
export type AgentLink = 'online' | 'offline' | 'down' | 'gone';

/** The times of one command, in milliseconds since the epoch. */
export interface CommandTimes {
  /** From here on no script begins. */
  readonly startBefore: number;
  readonly expiresAt: number;
  /** How long the agent lets a script run. */
  readonly longestRunMs: number;
}

/** Where an invocation is. Immutable: every change is a new object. */
export type InvocationPhase = Pending | Running | Lost | Ended;

interface Pending {
  readonly kind: 'pending';
  /** When an agent that is online gets the command. */
  readonly deliveredAt: number;
}

interface Running {
  readonly kind: 'running';
  readonly startedAt: number;
  readonly answer: ScriptAnswer;
  readonly isCancelling: boolean;
  /** When the agent, if it is online, gets the cancellation; infinite when there is none. */
  readonly cancelAt: number;
}

/** The instance went away under the script, and Systems Manager does not know. */
interface Lost {
  readonly kind: 'lost';
  readonly startedAt: number;
  readonly isCancelling: boolean;
}

/** How an invocation ended, for good. Statuses are those of the API. */
export interface Ended {
  readonly kind: 'ended';
  readonly status: 'Success' | 'Failed' | 'Cancelled' | 'TimedOut';
  readonly statusDetails:
    'Success' | 'Failed' | 'Cancelled' | 'DeliveryTimedOut' | 'ExecutionTimedOut' | 'Undeliverable';
  /** Exit status of the script; -1 when the service has none. */
  readonly responseCode: number;
  /** When the script ran, by the agent's clock; undefined when the agent told nothing. */
  readonly ran: { readonly from: number; readonly to: number } | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit status of a script that the agent killed. Source: amazon-ssm-agent, CommandStoppedPreemptivelyExitCode. */
const killedExitCode = 137;
const unknownExitCode = -1;

const millisecondsPerSecond = 1000;

/** The phase of a command that was sent, and that an agent which is online gets at `deliveredAt`. */
export const sent = (deliveredAt: number): InvocationPhase => ({ kind: 'pending', deliveredAt });

/** The phase of a script that begins. */
export const started = (at: number, answer: ScriptAnswer): InvocationPhase => ({
  kind: 'running',
  startedAt: at,
  answer,
  isCancelling: false,
  cancelAt: Infinity,
});

/** The next thing that time alone brings while the link stays as it is: the script begins, or another phase. */
export type Step = { readonly at: number } & ({ readonly begins: true } | { readonly phase: InvocationPhase });

/** What comes next, and when; undefined when nothing does. */
export function nextStep(phase: InvocationPhase, times: CommandTimes, link: AgentLink): Step | undefined {
  switch (phase.kind) {
    case 'pending':
      if (link === 'online' && phase.deliveredAt < times.startBefore) return { at: phase.deliveredAt, begins: true };
      return { at: times.expiresAt, phase: expired(false) };
    case 'running': {
      const end = endOf(phase, times);
      if (link === 'online' && end.ran.to <= times.expiresAt) return { at: end.ran.to, phase: end };
      return { at: times.expiresAt, phase: expired(phase.isCancelling) };
    }
    case 'lost':
      return { at: times.expiresAt, phase: expired(phase.isCancelling) };
    case 'ended':
      return undefined;
  }
}

/** The phase after the link changed, when everything before has been taken. */
export function relinked(phase: InvocationPhase, times: CommandTimes, link: AgentLink, now: number): InvocationPhase {
  switch (phase.kind) {
    case 'pending':
      if (link === 'gone') return ended('Failed', 'Undeliverable');
      return link === 'online' ? { ...phase, deliveredAt: Math.max(phase.deliveredAt, now) } : phase;
    case 'running': {
      const { startedAt, isCancelling } = phase;
      if (link === 'online') return isCancelling ? { ...phase, cancelAt: now } : phase;
      // A result that the agent could not report yet outlives the instance's stop.
      const hasResult = endOf({ ...phase, cancelAt: Infinity }, times).ran.to <= now;
      return link === 'offline' || hasResult ? phase : { kind: 'lost', startedAt, isCancelling };
    }
    case 'lost':
      if (link !== 'online') return phase;
      return ended('Failed', 'Failed', { responseCode: 1, ran: { from: phase.startedAt, to: now } });
    case 'ended':
      return phase;
  }
}

/** The phase after CancelCommand, with the time at which an agent that is online gets it. What has ended stays as it is. */
export function cancelled(phase: InvocationPhase, reachesAgentAt: number): InvocationPhase {
  switch (phase.kind) {
    case 'pending':
      return ended('Cancelled', 'Cancelled');
    case 'running':
      return phase.isCancelling ? phase : { ...phase, isCancelling: true, cancelAt: reachesAgentAt };
    case 'lost':
      return { ...phase, isCancelling: true };
    case 'ended':
      return phase;
  }
}

/** What becomes of a script if the agent stays there: of its own end, the timeout and the cancellation the first. */
function endOf({ startedAt, answer, cancelAt }: Running, { longestRunMs }: CommandTimes): Ran {
  const runMs = answer.seconds * millisecondsPerSecond;
  const killedAt = Math.min(cancelAt, startedAt + longestRunMs);
  const ran = { from: startedAt, to: Math.min(startedAt + runMs, killedAt) };
  if (startedAt + runMs <= killedAt) {
    const { exitCode, stdout, stderr } = answer;
    if (exitCode === 0) return { ...ended('Success', 'Success'), responseCode: 0, ran, stdout, stderr };
    return { ...ended('Failed', 'Failed'), responseCode: exitCode, ran, stdout, stderr: failure(stderr, exitCode) };
  }
  const killed = { responseCode: killedExitCode, ran };
  return killedAt === cancelAt
    ? { ...ended('Cancelled', 'Cancelled'), ...killed }
    : { ...ended('TimedOut', 'ExecutionTimedOut'), ...killed };
}

type Ran = Ended & { readonly ran: NonNullable<Ended['ran']> };

/** The agent says in the script's error output that it failed. Source: amazon-ssm-agent, runscript.go. */
function failure(stderr: string, exitCode: number): string {
  const separator = stderr === '' || stderr.endsWith('\n') ? '' : '\n';
  return `${stderr}${separator}failed to run commands: exit status ${exitCode}`;
}

const expired = (wasCancelling: boolean): Ended =>
  wasCancelling ? ended('Cancelled', 'Cancelled') : ended('TimedOut', 'DeliveryTimedOut');

function ended(
  status: Ended['status'],
  statusDetails: Ended['statusDetails'],
  told?: Pick<Ended, 'responseCode' | 'ran'>,
): Ended {
  const nothing = { responseCode: unknownExitCode, ran: undefined };
  return { kind: 'ended', status, statusDetails, stdout: '', stderr: '', ...(told ?? nothing) };
}
