import { faultOf } from '../aws/faults.js';
import type { FailureType } from '../domain/failures.js';
import { observe } from '../domain/target-health.js';
import type { Observation, TargetHealth } from '../domain/target-health.js';
import { aliveBeat } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import { asStepFailure } from './failures.js';
import { isWorthSaying } from './report.js';

export interface Looking<Verdict> {
  readonly step: string;
  readonly subject: string;
  /** How long to go on looking, from the first attempt's first look. */
  readonly windowMs: number;
  readonly firstMs: number;
  readonly maximumMs: number;
  /** Told of each look that got no answer. */
  readonly unanswered?: (type: FailureType) => void;
  /** What it means when AWS refuses the look for good. Without it that is a failure. */
  readonly whenRefused?: Verdict;
}

export interface Seen<Verdict> {
  /** Undefined when the window passed without one. */
  readonly verdict: Verdict | undefined;
  readonly observations: readonly Observation[];
}

interface Kept {
  readonly since: number;
  readonly observations: readonly Observation[];
}

/**
 * Looks at a target's health until the judge is satisfied or the window has passed (I7), remembering every state seen.
 *
 * A look that AWS throttles or fails to answer is remembered as `unknown` and followed by another: the window is the budget. After
 * those the pause is up to half as long again or half as short, so that a fleet does not look in step.
 * A worker that takes over goes on with the predecessor's window and memory.
 */
export async function lookUntil<Verdict extends string>(
  attempt: Attempt,
  looking: Looking<Verdict>,
  look: () => Promise<TargetHealth>,
  judge: (health: TargetHealth) => Verdict | 'look again',
): Promise<Seen<Verdict>> {
  let kept = (attempt.resumed as Kept | undefined) ?? { since: attempt.now(), observations: [] };
  let unanswered = 0;
  for (let intervalMs = looking.firstMs; ; intervalMs = Math.min(intervalMs * 2, looking.maximumMs)) {
    const looked = look().then(answered<Verdict>, (error: unknown) => unreadable(error, attempt, looking));
    // AWS may take nearly its time to answer, and a host that dies meanwhile must show soon.
    const { health, refused, why } = await withSignsOfLife(attempt, aliveBeat.everyMs, looked, kept);
    unanswered = why === undefined ? 0 : unanswered + 1;
    if (isWorthSaying(unanswered)) attempt.warn('AWS still does not say how the target is', { reason: why });
    const observations = observe(kept.observations, health, new Date(attempt.now()));
    kept = { ...kept, observations };
    const verdict = refused ?? judge(health);
    if (verdict !== 'look again') return { verdict, observations };
    const leftMs = kept.since + looking.windowMs - attempt.now();
    if (leftMs < (unanswered === 0 ? intervalMs : 1)) return { verdict: undefined, observations };
    // Not before: each is an Action, and a look that ends it all leaves nothing to remember.
    attempt.heartbeat(kept);
    await attempt.pause(unanswered === 0 ? intervalMs : Math.min(outOfStep(intervalMs), leftMs));
  }
}

const outOfStep = (intervalMs: number): number => Math.round(intervalMs * (0.5 + Math.random()));

interface Look<Verdict> {
  readonly health: TargetHealth;
  /** What it means that AWS refused, where it did. */
  readonly refused?: Verdict | undefined;
  /** Why the look got no answer, where it did not. */
  readonly why?: string;
}

const answered = <Verdict>(health: TargetHealth): Look<Verdict> => ({ health });

function unreadable<Verdict>(error: unknown, attempt: Attempt, looking: Looking<Verdict>): Look<Verdict> {
  const { step, subject, unanswered, whenRefused } = looking;
  attempt.signal.throwIfAborted();
  const failure = asStepFailure(error, step, subject);
  const fault = faultOf(error);
  // Where a refusal has a meaning, what nobody foresaw is a look in vain: it decides nothing.
  if (whenRefused === undefined && (fault === undefined || failure.final)) throw failure;
  if (!failure.final) unanswered?.(failure.type);
  const refused = failure.final ? whenRefused : undefined;
  return { health: { state: 'unknown', reason: fault?.code ?? failure.type }, refused, why: failure.message };
}
