import type { Client } from '@temporalio/client';
import { lostOnTheWay } from '../domain/left-behind.js';
import type { TakenStep } from '../domain/left-behind.js';
import { failSteps, takenSteps } from '../temporal/left-behind.js';
import type { Taken } from '../temporal/left-behind.js';
import { reasonOf } from '../temporal/reason.js';
import { rest, within } from './bounded.js';
import type { Leaver } from './leaver.js';
import type { ReachedSteps } from './reached-steps.js';
import { askMs, lostLookMs } from './waits.js';

interface Watching extends Pick<Leaver, 'log'> {
  readonly until: AbortSignal;
  /** Between two looks, a quarter more or less: agents that boot together do not ask in step. */
  readonly everyMs?: number;
}

/**
 * Has steps tried again that Temporal gave to this process and that got lost on their way here: those that it names in two looks in a
 * row, so that a reply that is late has that long to come. Until it is told to end; never fails.
 *
 * @param client - with this process's own identity
 */
export async function watchForLostSteps(
  client: Client,
  reached: ReachedSteps,
  { log, until, everyMs = lostLookMs }: Watching,
): Promise<void> {
  const { workflowId } = reached;
  let before: Taken = { runId: '', steps: [] };
  const look = async (): Promise<string[]> => {
    const { runId, steps } = await takenSteps(client, workflowId);
    const missed = lostOnTheWay(steps, client.options.identity, (step) => reached.has(runId, step));
    const again = missed.filter((step) => runId === before.runId && before.steps.some(isSameAttempt(step)));
    before = { runId, steps: missed };
    return until.aborted ? [] : failSteps(client, { workflowId, runId }, again, lost);
  };
  for (;;) {
    await rest(everyMs * (0.75 + Math.random() / 2), until);
    if (until.aborted) return;
    try {
      const steps = await within(askMs, look, { until });
      if (steps.length > 0)
        log.warn({ workflowId, steps }, 'Temporal gave this agent steps that never came, they are tried again');
    } catch (error) {
      log.debug({ workflowId, reason: reasonOf(error) }, 'whether steps got lost on their way here is looked up later');
    }
  }
}

const isSameAttempt =
  (one: TakenStep) =>
  ({ activityId, attempt }: TakenStep): boolean =>
    activityId === one.activityId && attempt === one.attempt;

const lost = (by: string) => `Temporal gave this step to the agent of its host (${by}), which never got it`;
