import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { lostOnTheWay } from '../domain/left-behind.js';
import type { TakenStep } from '../domain/left-behind.js';
import { lostLookMs } from '../domain/timings.js';
import { failTaken } from '../temporal/left-behind.js';
import type { Taken } from '../temporal/left-behind.js';
import { reasonOf } from '../temporal/reason.js';
import type { Leaver } from './leaver.js';
import type { ReachedSteps } from './reached-steps.js';

/**
 * Has steps tried again that Temporal gave to this process and that got lost on their way here: those that it names in two looks in a
 * row. A reply that is late has that long to come. Until it is told to end; never fails.
 *
 * @param client - with this process's own identity
 */
export async function watchForLostSteps(
  client: Client,
  reached: ReachedSteps,
  { log, until, everyMs = lostLookMs }: Pick<Leaver, 'log'> & { until: AbortSignal; everyMs?: number },
): Promise<void> {
  const { workflowId } = reached;
  let missed: readonly TakenStep[] = [];
  const missedAgain = ({ runId, steps }: Taken): TakenStep[] => {
    const before = missed;
    missed = lostOnTheWay(steps, client.options.identity, (step) => reached.has(runId, step));
    return missed.filter((step) =>
      before.some(({ activityId, attempt }) => activityId === step.activityId && attempt === step.attempt),
    );
  };
  while (await passes(everyMs, until)) {
    try {
      const steps = await failTaken(client, workflowId, missedAgain, lost);
      if (steps.length > 0)
        log.warn({ workflowId, steps }, 'Temporal gave this agent steps that never came, they are tried again');
    } catch (error) {
      log.debug({ workflowId, reason: reasonOf(error) }, 'whether steps got lost on their way here is looked up later');
    }
  }
}

const lost = (by: string) =>
  `the Temporal service gave this step to the agent of its host (${by}), which never got it: its history service was slow to write that down`;

/** @returns false once told to end. */
const passes = (ms: number, until: AbortSignal): Promise<boolean> =>
  delay(ms, true, { signal: until, ref: false }).catch(() => false);
