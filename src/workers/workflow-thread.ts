import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Tracing, TracingMode } from '../tracing/tracing.js';
import { workflowBundleOf } from '../tracing/tracing.js';
import type { Ahead } from './workflows-ahead.js';

const built = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
const program = built('cli/workflow-worker-thread.cjs');

/** Built ahead (`npm run build`): bundling at start would cost a second and 100 MB on a machine that has other work. */
export const workflowBundlePath = (name: Tracing['workflowBundle']): string => built(name);

let ahead: Worker | undefined;

/**
 * Starts the thread that will run the workflows, so that it loads and compiles its code beside the main thread rather
 * than after it. The SDK, as it is built in (`scripts/bundle-program.js`), then takes this one.
 */
export function startWorkflowThread(tracing: TracingMode): void {
  const bundle = workflowBundlePath(workflowBundleOf(tracing));
  const thread = new Worker(program, { workerData: { bundle } satisfies Ahead });
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
