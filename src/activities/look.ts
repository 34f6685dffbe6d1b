import { faultOf } from '../aws/faults.js';
import type { FailureType } from '../domain/failures.js';
import { observe } from '../domain/target-health.js';
import type { Observation, TargetHealth } from '../domain/target-health.js';
import type { Attempt } from './attempt.js';
import { asStepFailure } from './failures.js';

export interface Looking {
  readonly step: string;
  readonly subject: string;
  /** How long to go on looking, from the first attempt's first look. */
  readonly windowMs: number;
  readonly firstMs: number;
  readonly maximumMs: number;
  /** Told of each look that got no answer. */
  readonly unanswered?: (type: FailureType) => void;
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
 * A look that AWS throttles or fails to answer is remembered as `unknown` and followed by another: the window is the budget.
 * A worker that takes over goes on with the predecessor's window and memory.
 */
export async function lookUntil<Verdict extends string>(
  attempt: Attempt,
  looking: Looking,
  look: () => Promise<TargetHealth>,
  judge: (health: TargetHealth) => Verdict | 'look again',
): Promise<Seen<Verdict>> {
  const kept = (attempt.resumed as Kept | undefined) ?? { since: attempt.now(), observations: [] };
  let observations = kept.observations;
  for (let intervalMs = looking.firstMs; ; intervalMs = Math.min(intervalMs * 2, looking.maximumMs)) {
    const health = await look().catch((error: unknown) => unreadable(error, attempt, looking));
    observations = observe(observations, health, new Date(attempt.now()));
    attempt.heartbeat({ since: kept.since, observations } satisfies Kept);
    const verdict = judge(health);
    if (verdict !== 'look again') return { verdict, observations };
    if (attempt.now() + intervalMs > kept.since + looking.windowMs) return { verdict: undefined, observations };
    await attempt.pause(intervalMs);
  }
}

function unreadable(error: unknown, attempt: Attempt, { step, subject, unanswered }: Looking): TargetHealth {
  attempt.signal.throwIfAborted();
  const failure = asStepFailure(error, step, subject);
  const fault = faultOf(error);
  if (failure.final || fault === undefined) throw failure;
  unanswered?.(failure.type);
  return { state: 'unknown', reason: fault.code };
}
