import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import pRetry from 'p-retry';
import type { ControllerConfig } from '../domain/controller-config.js';
import { shutdownId } from '../domain/ids.js';
import type { ShutdownInput, ShutdownRequest } from '../domain/input.js';
import { leftCleanly } from '../domain/receipt.js';
import type { DrainReceipt } from '../domain/receipt.js';
import { shutdownBudgetMs, shutdownStart } from '../domain/starting.js';
import type { Logger } from '../telemetry/log.js';
import { leaveInProcess } from './leave-in-process.js';
import type { Leaver } from './leaver.js';
import type { Workers } from './workers.js';

/** How long Temporal may be silent before the agent goes on by itself: the target must not wait for an outage to end. */
const silenceMs = 10_000;

/** How often the agent makes sure that Temporal still answers, and how long it waits for that. */
const askAgainMs = 3_000;

/** How long a forced shutdown may still take to send its DeregisterTargets before the process ends. */
const forcedMs = 15_000;

/**
 * Takes this instance out: health 503 at once, the `shutdown` workflow, its result. In this process, when Temporal cannot be
 * reached. Always ends within the shutdown's budget.
 *
 * @param why the signal, or `reattach` when a shutdown was found running.
 * @returns whether the target left cleanly.
 */
export async function leave(
  leaver: Leaver,
  workers: Workers | undefined,
  why: string,
  config?: ControllerConfig,
): Promise<boolean> {
  const { instanceId, cluster, health, log, settings } = leaver;
  health.leave();
  log.info({ why }, 'leaving: health endpoint answers 503');
  const registered = config && { targetGroupArn: config.targetGroupArn, target: config.target };
  const trigger = why === 'reattach' ? `restarted agent on ${instanceId}` : `${why} on ${instanceId}`;
  const { targetGroupArn, drain } = settings;
  const input: ShutdownInput = { instanceId, cluster, targetGroupArn, registered, drain, trigger };
  const receipt =
    (workers && (await viaTemporal(leaver, workers.client, input, why))) ?? (await leaveInProcess(leaver, input));
  if (workers !== undefined) await workers.stop();
  const { outcome, drainPeriodSeconds, drainedSeconds, forced, warnings } = receipt;
  const fields = {
    outcome,
    drainPeriodSeconds,
    drainedSeconds,
    ...(forced === null ? {} : { forced: forced.reason }),
    warnings,
  };
  if (leftCleanly(outcome)) log.info(fields, 'out of service');
  else log.error(fields, 'left without a full drain');
  return leftCleanly(outcome);
}

/** @returns undefined when Temporal could not be reached for as long as the target may wait, or the workflow left no receipt. */
async function viaTemporal(
  leaver: Leaver,
  client: Client,
  input: ShutdownInput,
  why: string,
): Promise<DrainReceipt | undefined> {
  const { log } = leaver;
  let handle: WorkflowHandle;
  try {
    handle =
      why === 'reattach' ? client.workflow.getHandle(shutdownId(input.instanceId)) : await start(leaver, client, input);
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'Temporal cannot be reached');
    return undefined;
  }
  const over = new AbortController();
  const result = receiptOf(handle, shutdownBudgetMs(input));
  const forced = leaver.force.then(async (signal) => {
    log.warn({ signal }, 'forced: ending the drain now');
    const reason = `second ${signal} on ${input.instanceId}`;
    await client
      .withDeadline(Date.now() + silenceMs, () => handle.signal('forceShutdown', { reason }))
      .catch(unlessOver);
    return Promise.race([result, after(forcedMs)]);
  });
  try {
    return await Promise.race([result, forced.catch(() => undefined), silence(client, handle, log, over.signal)]);
  } finally {
    over.abort();
  }
}

/** A force that comes as the shutdown ends changes nothing; its receipt is the answer. */
function unlessOver(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** Resolves once Temporal has not answered for too long. Asks by itself: a poll for the result may hang for minutes. */
async function silence(client: Client, handle: WorkflowHandle, log: Logger, over: AbortSignal): Promise<undefined> {
  let answeredAt = Date.now();
  while (!over.aborted && Date.now() - answeredAt <= silenceMs) {
    await after(askAgainMs);
    try {
      await client.withDeadline(Date.now() + askAgainMs, () => handle.describe());
      answeredAt = Date.now();
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'Temporal does not answer');
    }
  }
  return undefined;
}

/** Starts the shutdown, or adds a request to the one that runs. Bounded: the target does not wait for an outage to end. */
async function start({ cluster, log }: Leaver, client: Client, input: ShutdownInput): Promise<WorkflowHandle> {
  const attempt = async () => {
    try {
      return await client.workflow.start('shutdown', { ...shutdownStart(cluster, input), requestEagerStart: true });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const running = client.workflow.getHandle(shutdownId(input.instanceId));
      const request: ShutdownRequest = { trigger: input.trigger ?? 'unknown', drain: input.drain };
      await running.signal('requestShutdown', request);
      log.info('a shutdown of this instance is running, joined it');
      return running;
    }
  };
  return client.withDeadline(Date.now() + silenceMs, () =>
    pRetry(attempt, { retries: 5, minTimeout: 200, maxTimeout: 2_000, maxRetryTime: silenceMs }),
  );
}

/** The receipt, also of a shutdown that failed; undefined when it ended without one, or not in time. */
async function receiptOf(handle: WorkflowHandle, budgetMs: number): Promise<DrainReceipt | undefined> {
  const until = Date.now() + budgetMs;
  while (Date.now() < until) {
    try {
      return (await handle.result()) as DrainReceipt;
    } catch (error) {
      if (error instanceof WorkflowFailedError) return receiptIn(error);
      await after(1_000);
    }
  }
  return undefined;
}

function receiptIn({ cause }: WorkflowFailedError): DrainReceipt | undefined {
  return cause instanceof ApplicationFailure ? (cause.details?.[0] as DrainReceipt | undefined) : undefined;
}

const after = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined));
const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
