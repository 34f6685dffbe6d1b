import type { WorkflowHandle } from '@temporalio/client';
import type { Ending } from '../operator/follow.js';
import type { Desk } from './operator.js';
import { warnWhereNobodyWorks } from './operator.js';

/** What a shell says of a program that Ctrl-C ended. */
const interrupted = 130;

interface Followed {
  /** False: only what to type to follow it is said. */
  readonly wait: boolean;
  readonly handle: WorkflowHandle;
  readonly instanceId: string;
  readonly cluster: string;
  /** Says how it ended. @returns the exit code. */
  readonly say: (ending: Ending) => Promise<number>;
}

/** Shows a life live until it ends. Ctrl-C ends the watching, not the workflow. @returns the exit code. */
export async function follow(desk: Desk, { wait, handle, instanceId, cluster, say }: Followed): Promise<number> {
  if (!wait) {
    process.stdout.write(`${handle.workflowId} runs; drawbridge status ${instanceId} --watch\n`);
    return 0;
  }
  const [{ followLife }, { openProgress }] = await Promise.all([
    import('../operator/follow.js'),
    import('./views/progress.js'),
  ]);
  await warnWhereNobodyWorks(desk, cluster);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const progress = openProgress(process.stderr, instanceId);
  const ending = await followLife(desk.client, handle, { stop: stop.signal, show: progress.show }).finally(() =>
    progress.end(),
  );
  if (ending !== undefined) return say(ending);
  process.stderr.write(`stopped watching; ${handle.workflowId} goes on:\n  drawbridge status ${instanceId} --watch\n`);
  return interrupted;
}

/** `drawbridge: TunnelNotFound: no interface ...` */
export function sayFailure({ failure }: { failure: Error }): void {
  let inner: Error = failure;
  while (inner.cause instanceof Error) inner = inner.cause;
  const type = 'type' in inner && typeof inner.type === 'string' ? `${inner.type}: ` : '';
  process.stderr.write(`drawbridge: ${type}${inner.message}\n`);
}
