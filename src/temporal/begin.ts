import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type {
  Client,
  WorkflowHandle,
  WorkflowHandleWithFirstExecutionRunId,
  WorkflowStartOptions,
} from '@temporalio/client';
import { shutdownId, verifyId } from '../domain/ids.js';
import type { ShutdownInput, ShutdownRequest, StartupInput } from '../domain/input.js';
import { shutdownStart, startupStart } from '../domain/starting.js';
import { verifyStart } from '../domain/verifying.js';
import type { VerifyInput } from '../domain/verifying.js';
import { startLife } from './start-life.js';

export interface Begun {
  readonly handle: WorkflowHandle;
  /** Undefined for one that ran already and was joined. */
  readonly runId: string | undefined;
}

/** `requestEagerStart`: the first workflow task comes with the reply; for a client on its own workers' connection. */
export type Eagerness = Pick<WorkflowStartOptions, 'requestEagerStart'>;

/** One that ends just as it is joined is followed by a new one; a third time is no coincidence. */
const rounds = 3;

/** What a shutdown that runs already is asked for. */
export interface Joining {
  /** Can only bring its end nearer. Undefined leaves the end as it is. */
  readonly drainIfJoined?: ShutdownRequest['drain'] | undefined;
}

/**
 * Starts the shutdown, or adds the request to the one that runs. The drain period of the input begins a drain: one that runs keeps
 * what was asked for, unless `drainIfJoined` says that this one is meant for it (I4).
 *
 * @throws what the client throws.
 */
export async function beginShutdown(
  client: Client,
  cluster: string,
  input: ShutdownInput,
  { drainIfJoined, ...eagerness }: Joining & Eagerness = {},
): Promise<Begun> {
  for (let round = 1; ; round += 1) {
    try {
      const handle = await startLife(client, 'shutdown', shutdownStart(cluster, input), eagerness);
      return { handle, runId: handle.firstExecutionRunId };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      return { handle: await join(client, input, drainIfJoined), runId: undefined };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError) || round === rounds) throw error;
    }
  }
}

async function join(
  client: Client,
  { instanceId, trigger = 'unknown' }: ShutdownInput,
  drain: ShutdownRequest['drain'],
): Promise<WorkflowHandle> {
  const handle = client.workflow.getHandle(shutdownId(instanceId));
  await handle.signal('requestShutdown', { trigger, drain } satisfies ShutdownRequest);
  return handle;
}

/** Starts the startup, or joins the one that runs. @throws what the client throws. */
export function beginStartup(
  client: Client,
  cluster: string,
  input: StartupInput,
  { drain, ...eagerness }: StartupMemo & Eagerness,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  return startLife(client, 'startup', startupStart(cluster, input), {
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    ...eagerness,
    ...(drain !== undefined && { memo: { drain } }),
  });
}

/** Starts the verification, or joins the one that runs. @throws what the client throws. */
export async function beginVerify(client: Client, cluster: string, input: VerifyInput): Promise<Begun> {
  try {
    const handle = await client.workflow.start('verify', verifyStart(cluster, input));
    return { handle, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle: client.workflow.getHandle(verifyId(cluster)), runId: undefined };
  }
}

/** What an agent leaves with its startup for those who take the instance out without it. */
export interface StartupMemo {
  /** The drain period that the agent was told. */
  readonly drain: ShutdownInput['drain'];
}
