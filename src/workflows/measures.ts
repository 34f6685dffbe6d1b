import { proxySinks } from '@temporalio/workflow';
import type { Sinks, WorkflowInterceptors } from '@temporalio/workflow';
import type { DrainReceipt } from '../domain/receipt.js';
import { failureOf } from './failure.js';

/** What the workflows tell the worker that runs them, for its metrics. A replay tells nothing again. Seconds are the workflow's own. */
export interface LifeSinks extends Sinks {
  readonly life: {
    phaseEnded(phase: string, seconds: number): void;
    /** A drain period is under way, until then (milliseconds since the epoch). */
    draining(untilMs: number): void;
    /** The fleet does a step, and all that follow, since the host did not. */
    fleetTookOver(step: string): void;
    /** @param failure its type, where the workflow failed */
    ended(seconds: number, failure: string | undefined, receipt: DrainReceipt | undefined): void;
  };
}

export const tell = proxySinks<LifeSinks>().life;

/** Tells how each workflow ended, whichever way. Part of the bundle. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      async execute(input, next) {
        const began = Date.now();
        const ended = (failure?: string, receipt?: unknown) =>
          tell.ended((Date.now() - began) / 1_000, failure, receipt as DrainReceipt | undefined);
        try {
          const result = await next(input);
          ended(undefined, result);
          return result;
        } catch (error) {
          const { type, details } = failureOf(error);
          ended(type, details);
          throw error;
        }
      },
    },
  ],
});
