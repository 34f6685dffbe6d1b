import type { WorkflowHandle } from '@temporalio/client';
import { reasonOf } from '../temporal/reason.js';
import type { Ending } from '../operator/follow.js';
import type { Desk } from './operator.js';
import { interrupted, untilInterrupted } from './interrupted.js';
import { warnWhereNobodyWorks } from './operator.js';

interface Followed {
  /** False: only what to type to follow it is said. */
  readonly wait: boolean;
  readonly json: boolean;
  readonly handle: WorkflowHandle;
  /** Undefined where it was joined. */
  readonly runId: string | undefined;
  readonly instanceId: string;
  readonly cluster: string;
  /** Says how it ended. @returns the exit code. */
  readonly say: (ending: Ending) => Promise<number>;
}

/** Shows a life live until it ends. Ctrl-C ends the watching, not the workflow. @returns the exit code. */
export async function follow(
  desk: Desk,
  { wait, json, handle, runId, instanceId, cluster, say }: Followed,
): Promise<number> {
  const goesOn = `${handle.workflowId} goes on:\n  drawbridge status ${instanceId} --watch\n`;
  await warnWhereNobodyWorks(desk, cluster);
  if (!wait) {
    const { workflowId } = handle;
    const said = json
      ? JSON.stringify({ workflowId, runId })
      : `${workflowId} runs; drawbridge status ${instanceId} --watch`;
    process.stdout.write(`${said}\n`);
    return 0;
  }
  const stop = untilInterrupted();
  const [{ followWorkflow }, { openProgress }, { progressOf }] = await Promise.all([
    import('../operator/follow.js'),
    import('./views/progress.js'),
    import('../temporal/standing.js'),
  ]);
  const progress = openProgress(process.stderr, instanceId);
  try {
    const look = () => progressOf(desk.client, handle);
    const ending = await followWorkflow(handle, { stop, look, show: progress.show }).finally(() => progress.end());
    if (ending !== undefined) return await say(ending);
  } catch (error) {
    throw new Error(`${reasonOf(error)}\n${goesOn}`.trimEnd(), { cause: error });
  }
  process.stderr.write(`stopped watching; ${goesOn}`);
  return interrupted;
}

/** `drawbridge: TunnelNotFound: no interface ...` */
export function sayFailure({ failure }: { failure: Error }): void {
  let inner: Error = failure;
  while (inner.cause instanceof Error) inner = inner.cause;
  const type = 'type' in inner && typeof inner.type === 'string' ? `${inner.type}: ` : '';
  process.stderr.write(`drawbridge: ${type}${inner.message}\n`);
}
