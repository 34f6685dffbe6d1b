import { WorkflowFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 1_000;

/** How a workflow that was followed ended: with its result, or with what it failed with. */
export type Ending = { readonly result: unknown } | { readonly failure: WorkflowFailedError };

/**
 * Follows a workflow to its end, and shows how far it is once a second.
 *
 * @returns undefined when `stop` ended the watching; the workflow goes on.
 * @throws what the connection throws.
 */
export async function followWorkflow<Progress>(
  handle: WorkflowHandle,
  { stop, look, show }: { stop: AbortSignal; look: () => Promise<Progress>; show: (progress: Progress) => void },
): Promise<Ending | undefined> {
  const over = new AbortController();
  const ended = handle.result().then(
    (result): Ending => ({ result }),
    (error: unknown): Ending => {
      if (error instanceof WorkflowFailedError) return { failure: error };
      throw error;
    },
  );
  const stopped = new Promise<undefined>((resolve) => stop.addEventListener('abort', () => resolve(undefined)));
  void watch(over.signal);
  try {
    return await Promise.race([ended, stopped]);
  } finally {
    over.abort();
  }

  async function watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A look that fails is followed by another one; the result tells whether Temporal is gone.
      const progress = await look().catch(() => undefined);
      if (progress !== undefined && !over.signal.aborted) show(progress);
      await pause(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
