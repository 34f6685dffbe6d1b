import { ApplicationFailure, log, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { z } from 'zod';
import { StepFailure } from '../domain/failures.js';
import { clusterOf } from '../domain/ids.js';
import { parse } from '../domain/input.js';
import { logBook } from '../domain/status.js';
import type { Phase, Status } from '../domain/status.js';

/** Where one life stands: behind the `status` query, and as a log book in the Web UI. */
export class Life {
  instanceId = 'unknown';
  drainUntil: number | undefined;
  readonly notes: string[] = [];
  private readonly phases: { phase: Phase; at: Date }[] = [];

  enter(phase: Phase): void {
    this.phases.push({ phase, at: new Date() });
    this.publish();
  }

  /** Something that whoever reads the history should know. */
  note(message: string): void {
    this.notes.push(message);
    log.warn(message, { instanceId: this.instanceId });
    this.publish();
  }

  status(): Status {
    const last = this.phases.at(-1);
    return {
      instanceId: this.instanceId,
      phase: last?.phase ?? 'locating',
      since: (last?.at ?? new Date()).toISOString(),
      drainUntil: this.drainUntil === undefined ? null : new Date(this.drainUntil).toISOString(),
    };
  }

  private publish(): void {
    setCurrentDetails(logBook(this.phases, this.notes));
  }
}

/**
 * The workflow's input, checked, with the cluster filled in from the task queue's name where it was left out.
 *
 * @throws ApplicationFailure InvalidInput (non-retryable), so that a workflow started by hand with wrong JSON fails with one
 *   clear line and does nothing.
 */
export function parseInput<T extends { cluster?: string | undefined }>(schema: z.ZodType<T>, untrusted: unknown): T {
  try {
    const input = parse(`${workflowInfo().workflowType} input`, schema, untrusted);
    return { ...input, cluster: input.cluster ?? clusterOf(workflowInfo().taskQueue) };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.type);
  }
}
