import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import type { Logger } from './log.js';

/** Lines that say nothing in our shape of process: a host worker has activities only, on purpose. */
const expected = /no workflows registered|Workflow bundle|asset workflow-bundle|Workflow code bundled/i;

/**
 * Sends the logs of workflows, activities and the SDK's core through ours, and leaves the process's signals to the agent.
 * Once per process, before anything else of Temporal's worker.
 */
export function installRuntime(log: Logger): void {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', (entry) => forward(log, entry)),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}

function forward(log: Logger, { level, message, meta }: LogEntry): void {
  if (expected.test(message)) return;
  const { workflowId, activityType, attempt, error } = (meta ?? {}) as Record<string, unknown>;
  const fields = {
    workflowId,
    activity: activityType,
    attempt,
    ...(error instanceof Error ? { reason: reasonOf(error) } : {}),
  };
  // The SDK reports each step and each worker state at INFO; a normal life is told by the agent in ten lines.
  if (level === 'WARN') log.warn(fields, message);
  else if (level === 'ERROR') log.error(fields, message);
  else log.debug(fields, message);
}

const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
