import { DefaultLogger } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import { grpcStatusIn } from '../domain/grpc-status.js';
import { inTurn } from './line-order.js';
import type { Logger } from './log.js';

/** Lines that say nothing in our shape of process: a host worker has activities only, on purpose. */
const expected = /no workflows registered|Workflow bundle|asset workflow-bundle|Workflow code bundled/i;

const inOurWords: Partial<Record<string, string>> = {
  'Activity failed': 'step failed',
  'Workflow failed': 'workflow failed',
};

/** What the SDK adds to every line, and a reader of ours does not need beside workflow id and step. */
const sdkFields = new Set(
  'sdkComponent namespace taskQueue taskToken workflowType runId workflowRunId activityId isLocal durationMs spanContexts'.split(
    ' ',
  ),
);

/** The SDK's logger: what workflows, activities and the SDK's core say goes through ours. */
export const temporalLogger = (log: () => Logger): DefaultLogger =>
  new DefaultLogger('INFO', (entry) => inTurn(() => forward(log(), entry)));

function forward(log: Logger, { level, message, meta = {} }: LogEntry): void {
  if (expected.test(message)) return;
  const about = instanceIn(meta.workflowId);
  const own: unknown = log.bindings().instance;
  // An agent says itself how the workflows of its instance end.
  if (message === 'Workflow failed' && about === own) return;
  // A fleet worker has no instance: its lines are about the one whose workflow it is.
  const fields = { ...(own === undefined && about !== undefined && { instance: about }), ...fieldsOf(meta) };
  log[levelOf(level, meta)](fields, inOurWords[message] ?? message);
}

function levelOf(level: LogEntry['level'], { sdkComponent: component, target }: Record<string, unknown>) {
  // Each poll counts its retries in lines of its own; that Temporal does not answer is said once, by whoever watches the connection.
  if (level === 'WARN' && target === 'temporalio_client::retry') return 'debug';
  if (level === 'WARN') return 'warn';
  if (level === 'ERROR') return 'error';
  // The SDK itself reports each worker state at INFO; what our steps and workflows say at INFO is the log.
  return component === 'activity' || component === 'workflow' ? 'info' : 'debug';
}

/** Workflow and step first, then what was said with the message. */
function fieldsOf({ workflowId, activityType, attempt, details, ...meta }: Record<string, unknown>) {
  const status = grpcStatusIn(details);
  const { error = status, ...rest } = meta;
  const again = activityType !== undefined && typeof attempt === 'number' && attempt > 1;
  return {
    ...(workflowId !== undefined && { workflowId }),
    ...(activityType !== undefined && { step: activityType }),
    ...(again && { attempt }),
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !sdkFields.has(name))),
    ...(details !== undefined && status === undefined && { details }),
    ...(error !== undefined && { reason: reasonOf(error) }),
  };
}

const instanceIn = (workflowId: unknown): string | undefined =>
  typeof workflowId === 'string' ? workflowId.split('/', 2)[1] : undefined;

/** Of the core an error is no `Error`, but text or JSON. */
function reasonOf(error: unknown): string {
  const text = typeof error === 'string' ? error : JSON.stringify(error);
  if (!(error instanceof Error)) return grpcStatusIn(text) ?? text;
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
