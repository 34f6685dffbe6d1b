import { faultOf } from '../aws/faults.js';
import type { FailureType } from '../domain/failures.js';
import { observe } from '../domain/target-health.js';
import type { Observed, Sight, TargetHealth } from '../domain/target-health.js';
import { aliveBeat, silentShare } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import { asStepFailure } from './failures.js';
import { isWorthSaying } from './report.js';

export interface Looking<Verdict> {
  readonly step: string;
  readonly subject: string;
  /** @default 'the target' */
  readonly whose?: string;
  /** How long to go on looking, from when the first attempt was due. */
  readonly windowMs: number;
  readonly firstMs: number;
  readonly maximumMs: number;
  /** Told of each look that got no answer. */
  readonly unanswered?: (type: FailureType) => void;
  /** What it means when AWS refuses the look for good. Without it that is a failure. */
  readonly whenRefused?: Verdict;
  /** What the next attempt should know besides, should this one die. */
  readonly remember?: object;
  /** Says nothing for as long as nobody misses it: a heartbeat is an Action. What an attempt saw that dies so early is not known to the next. */
  readonly silentAtFirst?: boolean;
}

/** A look that AWS did not answer. */
export interface Unanswered extends Sight {
  readonly state: 'unknown';
  readonly reason: string;
}

export interface Seen<Verdict, What extends Sight = TargetHealth> {
  /** Undefined when the window passed without one. */
  readonly verdict: Verdict | undefined;
  readonly observations: readonly Observed<What | Unanswered>[];
}

/** What a step that looks puts down with each heartbeat. */
export interface Kept<What extends Sight = TargetHealth> {
  /** When the window began, in milliseconds since the epoch. */
  readonly since: number;
  readonly observations: readonly Observed<What | Unanswered>[];
}

/** When the window of a step that looks began: when its first attempt was due, whichever this one is. */
export const sinceOf = (attempt: Attempt): number =>
  (attempt.resumed as Partial<Pick<Kept, 'since'>> | undefined)?.since ?? attempt.dueAt;

/**
 * Looks at something, such as a target's health, until the judge is satisfied or the window has passed (I7), remembering every state seen.
 *
 * A look that AWS throttles or fails to answer is remembered as `unknown` and followed by another: the window is the budget. After
 * those the pause is up to half as long again or half as short, so that a fleet does not look in step.
 * A worker that takes over goes on with the predecessor's window and memory.
 */
export async function lookUntil<Verdict extends string, What extends Sight = TargetHealth>(
  attempt: Attempt,
  looking: Looking<Verdict>,
  look: () => Promise<What>,
  judge: (seen: What | Unanswered) => Verdict | 'look again',
): Promise<Seen<Verdict, What>> {
  const resumed = attempt.resumed as Partial<Kept<What>> | undefined;
  const before = resumed?.observations ?? [];
  const heard = looking.silentAtFirst === true ? silentAtFirst(attempt) : attempt;
  let kept: Kept<What> = { ...looking.remember, since: sinceOf(attempt), observations: before };
  let unanswered = 0;
  for (let intervalMs = looking.firstMs; ; intervalMs = Math.min(intervalMs * 2, looking.maximumMs)) {
    const looked = look().then(answered<Verdict, What>, (error: unknown) => unreadable(error, attempt, looking));
    // AWS may take nearly its time to answer, and a host that dies meanwhile must show soon.
    const { seen, refused, why } = await withSignsOfLife(heard, aliveBeat.everyMs, looked, kept);
    unanswered = why === undefined ? 0 : unanswered + 1;
    if (isWorthSaying(unanswered))
      attempt.warn(`AWS still does not say how ${looking.whose ?? 'the target'} is`, { reason: why });
    const observations = observe<What | Unanswered>(kept.observations, seen, new Date(attempt.now()));
    kept = { ...kept, observations };
    const verdict = refused ?? judge(seen);
    if (verdict !== 'look again') return { verdict, observations };
    const pauseMs = pauseBefore(kept.since + looking.windowMs - attempt.now(), intervalMs, unanswered > 0);
    if (pauseMs === undefined) return { verdict: undefined, observations };
    // Not before: each is an Action, and a look that ends it all leaves nothing to remember.
    heard.heartbeat(kept);
    await attempt.pause(pauseMs);
  }
}

/** @returns undefined where the window leaves no room for another look. */
function pauseBefore(leftMs: number, intervalMs: number, inVain: boolean): number | undefined {
  if (!inVain) return leftMs < intervalMs ? undefined : intervalMs;
  return leftMs < 1 ? undefined : Math.min(Math.round(intervalMs * (0.5 + Math.random())), leftMs);
}

interface Look<Verdict, What> {
  readonly seen: What;
  /** What it means that AWS refused, where it did. */
  readonly refused?: Verdict | undefined;
  /** Why the look got no answer, where it did not. */
  readonly why?: string;
}

const answered = <Verdict, What>(seen: What): Look<Verdict, What | Unanswered> => ({ seen });

function unreadable<Verdict>(error: unknown, attempt: Attempt, looking: Looking<Verdict>): Look<Verdict, Unanswered> {
  const { step, subject, unanswered, whenRefused } = looking;
  attempt.signal.throwIfAborted();
  const failure = asStepFailure(error, step, subject);
  const fault = faultOf(error);
  // Where a refusal has a meaning, what nobody foresaw is a look in vain: it decides nothing.
  if (whenRefused === undefined && (fault === undefined || failure.final)) throw failure;
  if (!failure.final) unanswered?.(failure.type);
  const refused = failure.final ? whenRefused : undefined;
  return { seen: { state: 'unknown', reason: fault?.code ?? failure.type }, refused, why: failure.message };
}

/** Its heartbeats from when one would be missed. */
function silentAtFirst(attempt: Attempt): Pick<Attempt, 'heartbeat'> {
  const until = attempt.now() + silentShare * (attempt.heartbeatTimeoutMs ?? 0);
  return {
    heartbeat(details) {
      if (attempt.now() >= until) attempt.heartbeat(details);
    },
  };
}
