import { WorkflowFailedError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { setTimeout as pause } from 'node:timers/promises';
import type { Standing } from '../domain/standing.js';
import { runsOfInstance } from '../temporal/runs.js';
import { standingOf } from '../temporal/standing.js';

const lookMs = 1_000;

/** How a life that was followed ended: with its result, or with what it failed with. */
export type Ending = { readonly result: unknown } | { readonly failure: WorkflowFailedError };

/**
 * Follows a life to its end, and shows where it stands once a second.
 *
 * @returns undefined when `stop` ended the watching; the life goes on.
 * @throws what the connection throws.
 */
export async function followLife(
  client: Client,
  handle: WorkflowHandle,
  instanceId: string,
  { stop, show }: { stop: AbortSignal; show: (standing: Standing) => void },
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
      const runs = await runsOfInstance(client, instanceId).catch(() => undefined);
      const standing = runs && (await standingOf(client, runs).catch(() => undefined));
      if (standing !== undefined && !over.signal.aborted) show(standing);
      await pause(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
