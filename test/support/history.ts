import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { WorkflowFailedError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import pRetry from 'p-retry';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';
import type { DrainReceipt } from '../../src/domain/receipt.js';

export type HistoryEvent = NonNullable<History['events']>[number];

export const historiesFolder = fileURLToPath(new URL('../histories/', import.meta.url));

/**
 * With RECORD_HISTORIES set, writes the workflow's history to `test/histories/<name>.json`, for the replay tests:
 * `npm run build && RECORD_HISTORIES=1 npx vitest run --project server test/integration`. One that is there stays: it is a life
 * of the build that recorded it, and such a life may still be running somewhere.
 *
 * Without stack traces and the senders' host names: they say where the recording was made, and nothing reads them.
 */
export async function recordHistory(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env.RECORD_HISTORIES === undefined) return;
  const json = historyToJSON(await handle.fetchHistory());
  const history: unknown = JSON.parse(json, withoutPlace);
  await mkdir(historiesFolder, { recursive: true });
  await writeFile(`${historiesFolder}${name}.json`, `${JSON.stringify(history, null, 2)}\n`, { flag: 'wx' }).catch(
    unlessThere,
  );
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function withoutPlace(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  return key === 'identity' && typeof value === 'string' ? value.replace(/(\w+)@.*/, '$1') : value;
}

/** For a workflow that somebody is about to start; its server is on the same machine. */
const startsWithin = { retries: 300, minTimeout: 100, factor: 1 };

/**
 * Resolves with the first event of the workflow's history that matches; rejects when it ends without one. One that is not
 * there yet is waited for.
 */
export async function eventOf(
  client: Client,
  handle: WorkflowHandle,
  matches: (event: HistoryEvent) => boolean,
): Promise<HistoryEvent> {
  const { namespace } = client.options;
  const execution = { workflowId: handle.workflowId };
  let nextPageToken: Uint8Array | undefined;
  do {
    const ask = () =>
      client.withDeadline(Date.now() + 60_000, () =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution,
          waitNewEvent: true,
          ...(nextPageToken === undefined ? {} : { nextPageToken }),
        }),
      );
    const page = await pRetry(ask, { ...startsWithin, shouldRetry: ({ error }) => isNotFound(error) });
    const found = page.history?.events?.find(matches);
    if (found !== undefined) return found;
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
  throw new Error(`${handle.workflowId} ended without the event that was waited for`);
}

/** Source: gRPC status codes, NOT_FOUND. */
const isNotFound = (error: Error): boolean => 'code' in error && error.code === 5;

/** Resolves once the drain period runs. */
export const drainBegins = (client: Client, handle: WorkflowHandle): Promise<HistoryEvent> =>
  eventOf(client, handle, ({ timerStartedEventAttributes }) => Boolean(timerStartedEventAttributes));

/** Each activity that was scheduled, in order, with its queue and its line in the Web UI. */
export async function activitiesOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled, userMetadata }) =>
    scheduled
      ? [
          {
            type: scheduled.activityType?.name,
            queue: scheduled.taskQueue?.name,
            summary: textOf(userMetadata?.summary),
          },
        ]
      : [],
  );
}

/** A step that has ended: its last attempt, what the one before failed with, and how long all of them took together. */
export async function spanOf(handle: WorkflowHandle, step: string) {
  const { events } = await handle.fetchHistory();
  const scheduled = (events ?? []).find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === step,
  );
  const ofStep = (attributes: { scheduledEventId?: unknown } | null | undefined) =>
    attributes != null && String(attributes.scheduledEventId) === String(scheduled?.eventId);
  const started = (events ?? []).find(({ activityTaskStartedEventAttributes }) =>
    ofStep(activityTaskStartedEventAttributes),
  );
  const ended = (events ?? []).find(
    ({ activityTaskCompletedEventAttributes: completed, activityTaskFailedEventAttributes: failed }) =>
      ofStep(completed) || ofStep(failed),
  );
  return {
    attempt: started?.activityTaskStartedEventAttributes?.attempt,
    lastFailure: started?.activityTaskStartedEventAttributes?.lastFailure?.message,
    seconds: (tsToMs(ended?.eventTime) - tsToMs(scheduled?.eventTime)) / 1_000,
  };
}

/** What the Web UI shows as the workflow's current details. */
export async function logBookOf(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}

/** The line in the Web UI of each timer that was started, in order. */
export async function timersOf(handle: WorkflowHandle): Promise<(string | undefined)[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ timerStartedEventAttributes, userMetadata }) =>
    timerStartedEventAttributes ? [textOf(userMetadata?.summary)] : [],
  );
}

/** From the first timer's start to the last one's end, as the server saw them, in milliseconds; undefined where there was none. */
export async function timersSpanOf(handle: WorkflowHandle): Promise<{ startedAt?: number; firedAt?: number }> {
  const { events = [] } = await handle.fetchHistory();
  const started = events?.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
  const fired = events?.filter(({ timerFiredEventAttributes }) => timerFiredEventAttributes).at(-1);
  return started && fired ? { startedAt: tsToMs(started.eventTime), firedAt: tsToMs(fired.eventTime) } : {};
}

const textOf = (payload: Payload | null | undefined): string | undefined =>
  payload ? defaultPayloadConverter.fromPayload<string>(payload) : undefined;

/** Each event with its time and what it is about, for a failure's message. */
export async function storyOf(handle: WorkflowHandle): Promise<string> {
  const { events } = await handle.fetchHistory();
  return (events ?? [])
    .map(({ eventId, eventTime, eventType, ...attributes }) => {
      const type = proto.temporal.api.enums.v1.EventType[eventType ?? 0]?.replace('EVENT_TYPE_', '') ?? 'unknown';
      const step = attributes.activityTaskScheduledEventAttributes;
      const { taskQueue } = step ?? attributes.workflowTaskScheduledEventAttributes ?? {};
      const about = [step?.activityType?.name, taskQueue?.name].filter(Boolean).join(' on ');
      return `${String(eventId)} ${new Date(tsToMs(eventTime)).toISOString().slice(11, 23)} ${type} ${about}`;
    })
    .join('\n');
}

/** What the workflow failed with: the failing step's own failure where a step failed. @throws when it did not fail so. */
export async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
  try {
    await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const cause = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
    if (cause instanceof ApplicationFailure) return cause;
    throw error;
  }
  throw new Error(`${handle.workflowId} succeeded, expected it to fail`);
}

/** The receipt that a shutdown which failed carries in its failure. */
export const receiptIn = (failure: ApplicationFailure): DrainReceipt => failure.details?.[0] as DrainReceipt;
