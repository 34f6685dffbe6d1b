import type { WorkflowHandle } from '@temporalio/client';
import { reasonOf } from '../temporal/reason.js';
import type { Ending } from '../operator/follow.js';
import { interrupted, untilInterrupted } from './interrupted.js';
import type { Desk } from './operator.js';
import { warnWhereNobodyWorks } from './operator.js';

interface Followed {
  /** False: only what to type to follow it is said. */
  readonly wait: boolean;
  readonly json: boolean;
  readonly handle: WorkflowHandle;
  /** Undefined where it was joined. */
  readonly runId: string | undefined;
  /** Says how it ended. @returns the exit code. */
  readonly say: (ending: Ending) => Promise<number>;
}

interface Life extends Followed {
  readonly instanceId: string;
  readonly cluster: string;
}

interface Workflow<Progress> extends Followed {
  /** What to type to see how it goes on. */
  readonly command: string;
  readonly openView: () => Promise<View<Progress>>;
}

/** How far a workflow is, for somebody who waits for it. */
interface View<Progress> {
  readonly look: () => Promise<Progress>;
  readonly show: (progress: Progress) => void;
  readonly end: () => void;
}

/** Follows a life, and says where nobody works on it. @returns the exit code. */
export async function followLife(desk: Desk, { instanceId, cluster, ...life }: Life): Promise<number> {
  await warnWhereNobodyWorks(desk, cluster);
  const openView = async () => {
    const [{ openProgress }, { progressOf }] = await Promise.all([
      import('./views/progress.js'),
      import('../temporal/standing.js'),
    ]);
    return { ...openProgress(process.stderr, instanceId), look: () => progressOf(desk.client, life.handle) };
  };
  return follow({ ...life, command: `drawbridge status ${instanceId} --watch`, openView });
}

/** Shows a workflow live until it ends. Ctrl-C ends the watching, not the workflow. @returns the exit code. */
export async function follow<Progress>(followed: Workflow<Progress>): Promise<number> {
  const { wait, json, handle, runId, command, openView, say } = followed;
  const { workflowId } = handle;
  if (!wait) {
    process.stdout.write(`${json ? JSON.stringify({ workflowId, runId }) : `${workflowId} runs; ${command}`}\n`);
    return 0;
  }
  const goesOn = `${workflowId} goes on:\n  ${command}\n`;
  const stop = untilInterrupted();
  const [{ followWorkflow }, { look, show, end }] = await Promise.all([import('../operator/follow.js'), openView()]);
  try {
    const ending = await followWorkflow(handle, { stop, look, show }).finally(end);
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
