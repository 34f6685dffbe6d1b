import { WorkflowFailedError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ControllerConfig } from '../domain/controller-config.js';
import type { DrainReceipt } from '../domain/receipt.js';
import type { Progress, Standing } from '../domain/standing.js';
import type { Status } from '../domain/status.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { pendingOf } from './pending.js';
import { receiptIn } from './receipt-of.js';
import { latestOf } from './runs.js';
import type { Run, Runs } from './runs.js';

/** How long a worker may take to answer a query: one that lives takes milliseconds. */
const queryMs = 2_000;

/** Where the instance stands: by its workflow's own word where a worker answers, by its history where nobody does. */
export async function standingOf(client: Client, { instanceId, startup, shutdown }: Runs): Promise<Standing> {
  const config = await configOf(client, startup);
  const now = latestOf({ startup, shutdown });
  const half = now === undefined ? nothing : await (now === shutdown ? afterShutdown : afterStartup)(client, now);
  return {
    instanceId,
    ...half,
    registered: config === undefined ? await registeredBy(client, startup) : registrationIn(config),
    tunnelDevice: config?.ingressDevice ?? null,
    tunnelDetector: config?.tunnelDetector ?? null,
  };
}

const nothing: Progress = { phase: 'unknown', since: new Date(0).toISOString(), drainUntil: null, lastFailure: null };

async function configOf(client: Client, startup: Run | undefined): Promise<ControllerConfig | undefined> {
  return startup?.status === 'COMPLETED' ? ((await handleOf(client, startup).result()) as ControllerConfig) : undefined;
}

/** What a startup that is under way, or failed, asked AWS to register; null where it did not come to that. */
async function registeredBy(client: Client, startup: Run | undefined): Promise<RegisteredTarget | null> {
  if (startup === undefined) return null;
  const { events } = await handleOf(client, startup).fetchHistory();
  const steps = events?.flatMap(({ activityTaskScheduledEventAttributes: step }) => step ?? []) ?? [];
  const [payload] = steps.find(({ activityType }) => activityType?.name === 'registerTarget')?.input?.payloads ?? [];
  if (payload === undefined) return null;
  const { payloadConverter } = client.options.loadedDataConverter;
  return registrationIn(payloadConverter.fromPayload<RegisteredTarget>(payload));
}

const registrationIn = ({ targetGroupArn, target }: RegisteredTarget): RegisteredTarget => ({ targetGroupArn, target });

async function afterStartup(client: Client, run: Run): Promise<Progress> {
  if (run.status === 'RUNNING') return progressOf(client, handleOf(client, run));
  const since = (run.closedAt ?? run.startedAt).toISOString();
  if (run.status === 'COMPLETED') return { phase: 'in service', since, drainUntil: null, lastFailure: null };
  return { phase: 'failed', since, drainUntil: null, lastFailure: await failureOf(client, run) };
}

async function afterShutdown(client: Client, run: Run): Promise<Progress> {
  if (run.status === 'RUNNING') return progressOf(client, handleOf(client, run));
  const since = (run.closedAt ?? run.startedAt).toISOString();
  if (run.status === 'COMPLETED') return { phase: 'out of service', since, drainUntil: null, lastFailure: null };
  const failure: unknown = await handleOf(client, run)
    .result()
    .catch((error: unknown) => error);
  const receipt: DrainReceipt | undefined = failure instanceof WorkflowFailedError ? receiptIn(failure) : undefined;
  const phase = receipt?.deregisteredAt == null ? 'failed' : 'out of service';
  return { phase, since, drainUntil: null, lastFailure: say(run, failure) };
}

/** How far a life is that is under way. */
export async function progressOf(client: Client, life: WorkflowHandle): Promise<Progress> {
  const asked = client.withDeadline(Date.now() + queryMs, () => life.query<Status>('status')).catch(() => undefined);
  const [status, pending] = await Promise.all([asked, pendingOf(life)]);
  if (status === undefined) return pending;
  const { phase, since, drainUntil } = status;
  return { phase, since, drainUntil: phase === 'draining' ? drainUntil : null, lastFailure: pending.lastFailure };
}

async function failureOf(client: Client, run: Run): Promise<string> {
  return say(
    run,
    await handleOf(client, run)
      .result()
      .catch((error: unknown) => error),
  );
}

/** `TunnelNotFound: no interface ...` */
function say({ workflowId, status }: Run, error: unknown): string {
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (inner instanceof ApplicationFailure) return `${inner.type ?? 'Unexpected'}: ${inner.message}`;
  return `${workflowId} ended as ${status.toLowerCase().replace('_', ' ')}`;
}

const handleOf = (client: Client, { workflowId, runId }: Run): WorkflowHandle =>
  client.workflow.getHandle(workflowId, runId);
