import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { shutdownId, startupId } from '../domain/ids.js';
import type { DrainReceipt } from '../domain/receipt.js';
import type { ScheduledActivity, WorkflowRun } from './evidence.js';

type Event = NonNullable<History['events']>[number];
type Failure = NonNullable<NonNullable<Event['workflowExecutionFailedEventAttributes']>['failure']>;

/** Temporal lists a run a moment after it began. */
const listingLagMs = 2_000;

const idsOf = (instanceId: string) => [startupId(instanceId), shutdownId(instanceId)];

/** Which workflows of an instance are open: `startup`, `shutdown`, both or none. */
export async function openWorkflows(client: Client, instanceId: string): Promise<string[]> {
  const open = await Promise.all(
    idsOf(instanceId).map(async (id) => ((await describe(client, id))?.status.name === 'RUNNING' ? [id] : [])),
  );
  return open.flat();
}

/** Every run of an instance's two workflows, in order, as their histories tell. */
export async function workflowRuns(client: Client, instanceId: string): Promise<WorkflowRun[]> {
  const runs = await Promise.all(idsOf(instanceId).map((id) => runsOf(client, id)));
  return runs.flat().sort((one, other) => one.startedAt - other.startedAt);
}

async function runsOf(client: Client, workflowId: string): Promise<WorkflowRun[]> {
  const latest = await describe(client, workflowId);
  if (latest === undefined) return [];
  const runIds = new Set<string>();
  const until = Date.now() + listingLagMs;
  while (!runIds.has(latest.runId) && Date.now() < until) {
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runIds.add(runId);
    if (!runIds.has(latest.runId)) await pause(100);
  }
  runIds.add(latest.runId);
  const histories = [...runIds].map(async (runId) => {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    return runOf(runId, events ?? []);
  });
  return Promise.all(histories);
}

async function describe(client: Client, workflowId: string) {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch {
    return undefined;
  }
}

/** What a history says. @throws when it has no beginning. */
export function runOf(runId: string, events: readonly Event[]): WorkflowRun {
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const last = events.at(-1);
  if (!started || !last) throw new Error(`run ${runId} has a history of ${events.length} events, expected its start`);
  const status = statusOf(last);
  const failure = last.workflowExecutionFailedEventAttributes?.failure;
  return {
    type: started.workflowType?.name === 'shutdown' ? 'shutdown' : 'startup',
    runId,
    startedAt: msOf(events[0]?.eventTime),
    closedAt: status === 'open' ? undefined : msOf(last.eventTime),
    status,
    failure: failure ? innermost(failure) : undefined,
    receipt: receiptIn(last),
    executionTimeoutMs: msOf(started.workflowExecutionTimeout),
    activities: events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled ? [activityOf(scheduled)] : [],
    ),
    timers: events.flatMap(({ eventId, eventTime, timerStartedEventAttributes: timer }) =>
      timer ? [{ at: msOf(eventTime), ms: msOf(timer.startToFireTimeout), firedAt: firedAt(events, eventId) }] : [],
    ),
  };
}

function firedAt(events: readonly Event[], startedEventId: Event['eventId']): number | undefined {
  const fired = events.find(
    ({ timerFiredEventAttributes: timer }) => timer && String(timer.startedEventId) === String(startedEventId),
  );
  return fired && msOf(fired.eventTime);
}

const activityOf = (scheduled: NonNullable<Event['activityTaskScheduledEventAttributes']>): ScheduledActivity => ({
  name: scheduled.activityType?.name ?? '',
  queue: scheduled.taskQueue?.name ?? '',
  startToCloseMs: msOf(scheduled.startToCloseTimeout),
  scheduleToCloseMs: msOf(scheduled.scheduleToCloseTimeout),
});

function statusOf(last: Event): WorkflowRun['status'] {
  if (last.workflowExecutionCompletedEventAttributes) return 'completed';
  if (last.workflowExecutionFailedEventAttributes) return 'failed';
  if (last.workflowExecutionCanceledEventAttributes) return 'canceled';
  if (last.workflowExecutionTerminatedEventAttributes) return 'terminated';
  return last.workflowExecutionTimedOutEventAttributes ? 'timed out' : 'open';
}

/** The result of a shutdown that completed; in the details of its failure, of one that failed. */
function receiptIn(last: Event): DrainReceipt | undefined {
  const result = last.workflowExecutionCompletedEventAttributes?.result;
  const details = last.workflowExecutionFailedEventAttributes?.failure?.applicationFailureInfo?.details;
  const payload = (result ?? details)?.payloads?.[0];
  const value: unknown = payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
  return typeof value === 'object' && value !== null && 'outcome' in value ? (value as DrainReceipt) : undefined;
}

/** What the step said, not that an activity failed. */
function innermost(failure: Failure): { type: string; message: string } {
  if (failure.cause) return innermost(failure.cause);
  const { applicationFailureInfo, canceledFailureInfo, timeoutFailureInfo, message } = failure;
  const kind = canceledFailureInfo ? 'Cancelled' : timeoutFailureInfo ? 'Timeout' : '';
  return { type: applicationFailureInfo?.type ?? kind, message: message ?? '' };
}

/** A protobuf timestamp or duration. */
function msOf(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return time ? Number(time.seconds ?? 0) * 1_000 + Math.round((time.nanos ?? 0) / 1_000_000) : 0;
}
