import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ActivityNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { FailureType } from '../domain/failures.js';
import { leftBehind } from '../domain/left-behind.js';
import type { TakenStep } from '../domain/left-behind.js';

const { PENDING_ACTIVITY_STATE_STARTED: started } = proto.temporal.api.enums.v1.PendingActivityState;

/**
 * Fails the attempts that a former agent of this host left behind, so that Temporal makes the next ones at once: without it they
 * wait until a heartbeat is missed, or the attempt's time is over.
 *
 * @param client - with this process's own identity
 * @returns the names of those steps; none where no such workflow runs.
 * @throws what the client throws.
 */
export async function failLeftBehind(client: Client, workflowId: string): Promise<string[]> {
  const { runId, steps } = await takenSteps(client, workflowId);
  return failSteps(client, { workflowId, runId }, leftBehind(steps, client.options.identity), gone);
}

const gone = (by: string) =>
  `the agent that had taken this step is gone (${by}), and a new one has started on its host`;

export interface Taken {
  /** Of the workflow; empty where there is none. */
  readonly runId: string;
  readonly steps: readonly TakenStep[];
}

/**
 * Fails attempts that nobody will answer. What they had put down with a heartbeat, their budgets and their windows stay. Safe to repeat.
 * Temporal takes a step's id, and no attempt: one that began since the look is failed in its stead, and done twice (I9).
 *
 * @param why - says it, of the identity of who took the step.
 * @returns the names of those steps; not of those that were answered or given up meanwhile.
 * @throws what the client throws.
 */
export async function failSteps(
  client: Client,
  execution: { workflowId: string; runId: string },
  steps: readonly TakenStep[],
  why: (by: string) => string,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { activityId, name, by } of steps) {
    try {
      await client.activity.fail({ ...execution, activityId }, hostLost(why(by)));
      failed.push(name);
    } catch (error) {
      if (!(error instanceof ActivityNotFoundError)) throw error;
    }
  }
  return failed;
}

/** The steps of a workflow that somebody has taken. @throws what the client throws. */
export async function takenSteps({ workflow }: Client, workflowId: string): Promise<Taken> {
  try {
    const { runId, raw } = await workflow.getHandle(workflowId).describe();
    const pending = raw.pendingActivities ?? [];
    return {
      runId,
      steps: pending.flatMap(({ activityId, activityType, attempt, state, lastWorkerIdentity: by }) =>
        state === started && activityId && by
          ? [{ activityId, attempt: attempt ?? 1, name: activityType?.name ?? '', by }]
          : [],
      ),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { runId: '', steps: [] };
    throw error;
  }
}

function hostLost(message: string): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: 'HostLost' satisfies FailureType,
    message,
    nextRetryDelay: 100,
    category: ApplicationFailureCategory.BENIGN,
  });
  // In the Web UI it would stand above the message, and it says only where this program was built.
  failure.stack = '';
  return failure;
}
