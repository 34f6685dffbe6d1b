import { WorkflowExecutionAlreadyStartedError, WorkflowIdConflictPolicy } from '@temporalio/client';
import type {
  Client,
  WorkflowHandle,
  WorkflowHandleWithFirstExecutionRunId,
  WorkflowStartOptions,
} from '@temporalio/client';
import { shutdownId } from '../domain/ids.js';
import type { ShutdownInput, ShutdownRequest, StartupInput } from '../domain/input.js';
import { shutdownStart, startupStart } from '../domain/starting.js';
import { startLife } from './start-life.js';

export interface Begun {
  readonly handle: WorkflowHandle;
  /** Undefined for a shutdown that ran already and was joined. */
  readonly runId: string | undefined;
}

/** `requestEagerStart`: the first workflow task comes with the reply; for a client on its own workers' connection. */
export type Eagerness = Pick<WorkflowStartOptions, 'requestEagerStart'>;

/** What a shutdown that runs already is asked for, where that is not the drain period of the input. */
export interface Joining {
  /** Undefined asks for no other end than the one it has. */
  readonly drainIfJoined?: ShutdownRequest['drain'] | undefined;
}

/** Starts the shutdown, or adds the request to the one that runs. @throws what the client throws. */
export async function beginShutdown(
  client: Client,
  cluster: string,
  input: ShutdownInput,
  options: Joining & Eagerness = {},
): Promise<Begun> {
  const { drainIfJoined, ...eagerness } = { drainIfJoined: input.drain, ...options };
  try {
    const handle = await startLife(client, 'shutdown', shutdownStart(cluster, input), eagerness);
    return { handle, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const handle = client.workflow.getHandle(shutdownId(input.instanceId));
    const { trigger = 'unknown' } = input;
    await handle.signal('requestShutdown', { trigger, drain: drainIfJoined } satisfies ShutdownRequest);
    return { handle, runId: undefined };
  }
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

/** What an agent leaves with its startup for those who take the instance out without it. */
export interface StartupMemo {
  /** The drain period that the agent was told. */
  readonly drain: ShutdownInput['drain'];
}
