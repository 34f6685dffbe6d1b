import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const program = fileURLToPath(new URL('../../dist/cli/workflow-worker-thread.cjs', import.meta.url));

let ahead: Worker | undefined;

/**
 * Starts the thread that will run workflows, so that it loads its code beside the main thread rather than after it. The SDK, as it is
 * built in (`scripts/bundle-program.js`), then takes this one.
 */
export function startWorkflowThread(): void {
  const thread = new Worker(program);
  ahead = thread;
  // A process that never comes to workflows does not wait for it, and one without the thread goes on: the SDK starts its own.
  thread.unref();
  thread.once('error', () => {
    if (ahead === thread) ahead = undefined;
  });
}

/**
 * The thread that was started ahead, once; any other is a new one.
 *
 * @public for the SDK, where the build puts the call.
 */
export function takeWorkflowThread(): Worker {
  const thread = ahead ?? new Worker(program);
  ahead = undefined;
  thread.ref();
  return thread;
}
