import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { shutdownId, startupId } from '../domain/ids.js';
import type { ShutdownRequest } from '../domain/input.js';
import type { DrainReceipt } from '../domain/receipt.js';
import { shutdownTimeoutMs } from '../domain/starting.js';
import type { Status } from '../domain/status.js';
import { beginShutdown as startOrJoin } from '../temporal/begin.js';
import { reasonOf } from '../temporal/reason.js';
import { awaitReceipt } from './await-receipt.js';
import { rest } from './bounded.js';
import type { Leaver } from './leaver.js';
import type { Line } from './line.js';
import { askAgainMs, backAgainMs, forcedMs, silenceMs } from './waits.js';
import { News } from './news.js';
import type { WayOut } from './way-out.js';

/** An instance that leaves, with a line to Temporal. */
export interface Going {
  readonly leaver: Leaver;
  readonly line: Line;
  readonly wayOut: WayOut;
}

/** `silent`: Temporal is not heard any more, and may come back; `gone`: nothing is to be had from it. */
export type Followed = DrainReceipt | 'silent' | 'gone';

/** Starts the shutdown, or adds a request to the one that runs. @returns undefined when Temporal stays silent: the target does not wait. */
export async function beginShutdown({ leaver, line, wayOut }: Going): Promise<WorkflowHandle | undefined> {
  const { cluster, log } = leaver;
  const { input } = wayOut;
  const once = async (client: Client): Promise<WorkflowHandle> => {
    const { handle, runId } = await startOrJoin(client, cluster, input, { requestEagerStart: true });
    if (runId === undefined) log.info('a shutdown of this instance is running, joined it');
    else wayOut.runId = runId;
    return handle;
  };
  try {
    return await line.ask(once, silenceMs);
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'Temporal cannot be reached');
    return undefined;
  }
}

/** Follows the shutdown to its receipt, for as long as Temporal is heard. A force is passed on. */
export async function followShutdown(going: Going, shutdown: WorkflowHandle, lost: Promise<Error>): Promise<Followed> {
  const { leaver } = going;
  const over = new AbortController();
  const worker = lost.then((error): Followed => {
    leaver.log.error({ reason: error.message }, 'a worker failed');
    return 'gone';
  });
  try {
    return await Promise.race([
      receiptOrGone(shutdown, shutdownTimeoutMs, over.signal),
      forced(going, shutdown, over.signal),
      hear(going, shutdown, over.signal),
      worker,
    ]);
  } finally {
    over.abort();
  }
}

/** Resolves with the shutdown on Temporal's side once it is heard of again. Pending for ever when `over` ends first. */
export async function hearAgain({ leaver, line, wayOut }: Going, over: AbortSignal): Promise<WorkflowHandle> {
  const { instanceId } = wayOut.input;
  let startupRuns = wayOut.input.registered === undefined;
  while (!over.aborted) {
    await rest(backAgainMs, over);
    try {
      if (startupRuns)
        await line.ask(({ workflow }) => workflow.getHandle(startupId(instanceId)).cancel()).catch(unlessOver);
      startupRuns = false;
      const { status, runId } = await line.ask(({ workflow }) => workflow.getHandle(shutdownId(instanceId)).describe());
      if (status.name !== 'RUNNING' && runId !== wayOut.runId) continue;
      leaver.log.info('Temporal answers again, going on with the shutdown there');
      return line.client.workflow.getHandle(shutdownId(instanceId), runId);
    } catch {
      // Silent still, or no shutdown of this instance runs there: the next one may be heard.
    }
  }
  return new Promise<never>(() => undefined);
}

/** Asks again and again how far the shutdown is, and ends when there is no answer: a poll for its result may hang for minutes. */
async function hear(going: Going, shutdown: WorkflowHandle, over: AbortSignal): Promise<Followed> {
  const { leaver, line, wayOut } = going;
  let answeredAt = Date.now();
  const isOwn = wayOut.runId !== undefined;
  const news = new News(isOwn);
  // One that was begun here a moment ago has nothing to tell.
  if (isOwn && wayOut.drain === undefined) await rest(askAgainMs, over);
  while (!over.aborted) {
    try {
      const { status, runId, historyLength } = await line.ask(() => shutdown.describe());
      answeredAt = Date.now();
      wayOut.runId = runId;
      if (status.name !== 'RUNNING') return await line.ask(() => receiptOrGone(shutdown, silenceMs, over));
      const isNew = news.isThere(historyLength, wayOut.drain !== undefined);
      if (isNew && (await hearHowFar(going, shutdown))) news.heard(historyLength);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'gone';
      leaver.log.warn({ reason: reasonOf(error) }, 'Temporal does not answer');
      if (Date.now() - answeredAt > silenceMs) return 'silent';
    }
    await rest(askAgainMs, over);
  }
  return 'silent';
}

/** Its phase, when a worker answers; and its end brought to ours, where it would drain anew. @returns whether one did. */
async function hearHowFar({ leaver, line, wayOut }: Going, shutdown: WorkflowHandle): Promise<boolean> {
  const status = await line.ask(() => shutdown.query<Status>('status')).catch(() => undefined);
  if (status === undefined) return false;
  wayOut.heard(status);
  const drain = wayOut.secondsLeftInsteadOf(status.drainUntil, Date.now());
  if (drain === undefined) return true;
  leaver.log.warn(
    { seconds: drain },
    'the shutdown there drains anew, asking it to end with the drain that began here',
  );
  const request: ShutdownRequest = { trigger: `${triggerOf(wayOut)}, drained without Temporal meanwhile`, drain };
  await line.ask(() => shutdown.signal('requestShutdown', request));
  return true;
}

async function forced({ leaver, line, wayOut }: Going, shutdown: WorkflowHandle, over: AbortSignal): Promise<Followed> {
  const signal = await leaver.force;
  leaver.log.warn({ signal }, 'forced: ending the drain now');
  const reason = `second ${signal} on ${wayOut.input.instanceId}`;
  try {
    await line.ask(() => shutdown.signal('forceShutdown', { reason }), silenceMs).catch(unlessOver);
    await rest(forcedMs, over);
  } catch (error) {
    leaver.log.error({ reason: reasonOf(error) }, 'Temporal cannot be reached');
  }
  return 'silent';
}

const receiptOrGone = async (shutdown: WorkflowHandle, budgetMs: number, over: AbortSignal): Promise<Followed> =>
  (await awaitReceipt(shutdown, budgetMs, over)) ?? 'gone';

/** What comes as the workflow ends changes nothing. */
function unlessOver(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

const triggerOf = ({ input }: WayOut): string => input.trigger ?? 'unknown';
