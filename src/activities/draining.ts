import { isNotFound } from '../aws/faults.js';
import { StepFailure } from '../domain/failures.js';
import type { DelaySeen } from '../domain/leaving.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { judgeDraining, sayHealth } from '../domain/target-health.js';
import type { DrainingVerdict, Observation } from '../domain/target-health.js';
import { drainingLook } from '../domain/timings.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';
import { asStepFailure } from './failures.js';
import { lookUntil } from './look.js';

export interface ConfirmDrainingInput extends RegisteredTarget {
  readonly windowMs: number;
  /** Whether the drain period is the group's deregistration delay: then it is worth another look. @default false */
  readonly needsDelay?: boolean;
}

export interface DrainingConfirmed extends DelaySeen {
  readonly verdict: Exclude<DrainingVerdict, 'look again'>;
  /** Ends with `unknown` where AWS left the question open to the end: then `draining` is taken for granted. */
  readonly observations: readonly Observation[];
  /** When it was known, in milliseconds since the epoch, by Temporal's clock: not later than that. Older builds do not say. */
  readonly at?: number;
}

/**
 * Looks every 2 s until AWS says that the target leaves or has left, and reads the group's deregistration delay.
 *
 * AWS has accepted DeregisterTargets by now. Where it then answers no look, the target counts as draining when the window has
 * passed, and at once where AWS refuses to answer: to go without a drain period would cut flows because information is missing (I4).
 *
 * @throws DrainingTimeout (final) after `windowMs` in which AWS says something else, with every state seen.
 */
export async function confirmDraining(
  { targetGroups, metrics }: AwsDependencies,
  { targetGroupArn, target, windowMs, needsDelay = false }: ConfirmDrainingInput,
  attempt: Attempt,
): Promise<DrainingConfirmed> {
  const delay = new Delay(() => targetGroups.deregistrationDelaySeconds(targetGroupArn, attempt.signal));
  const { verdict, observations } = await lookUntil(
    attempt,
    {
      step: 'DescribeTargetHealth',
      subject: `target ${target.id} in ${targetGroupArn}`,
      windowMs,
      ...drainingLook,
      unanswered: (type) => metrics?.unanswered('confirmDraining', type),
      whenRefused: 'draining',
    },
    async () => {
      const [health] = await Promise.all([targetGroups.health(targetGroupArn, target, attempt.signal), delay.read()]);
      metrics?.saw(target.id, health);
      return health;
    },
    (health) => {
      const said = judgeDraining(health);
      const worthIt = said === 'not registered' || (said === 'draining' && needsDelay);
      return worthIt && delay.mayStillCome ? 'look again' : said;
    },
  );
  const concluded = verdict ?? atTheEndOfTheWindow(observations.at(-1));
  if (concluded !== 'look again') {
    return {
      verdict: concluded,
      observations,
      at: attempt.giversNow(),
      deregistrationDelaySeconds: delay.seconds ?? null,
      ...(delay.groupGone ? { groupGone: true } : {}),
    };
  }
  const message = `timeout waiting for draining state - forcing shutdown: target ${target.id} is ${sayHealth(observations.at(-1))} after ${windowMs / 1_000} s`;
  throw new StepFailure('DrainingTimeout', message, { final: true, details: { observations } });
}

const atTheEndOfTheWindow = (last: Observation | undefined): DrainingVerdict =>
  last === undefined || last.state === 'unknown' ? 'draining' : judgeDraining(last);

/** The group's deregistration delay: read beside each look until it is known, or until AWS refuses for good. */
class Delay {
  seconds: number | undefined;
  mayStillCome = true;
  groupGone = false;
  readonly #ask: () => Promise<number | undefined>;

  constructor(ask: () => Promise<number | undefined>) {
    this.#ask = ask;
  }

  async read(): Promise<void> {
    if (!this.mayStillCome) return;
    try {
      this.seconds = await this.#ask();
      this.mayStillCome = false;
    } catch (error) {
      this.groupGone = isNotFound(error);
      this.mayStillCome = !asStepFailure(error, 'DescribeTargetGroupAttributes', 'the group').final;
    }
  }
}
