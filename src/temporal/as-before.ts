import type { Client } from '@temporalio/client';
import type { ControllerConfig } from '../domain/controller-config.js';
import { drainSchema, startupInputSchema } from '../domain/input.js';
import type { ShutdownInput, StartupInput } from '../domain/input.js';
import type { Run } from './runs.js';

/** What the instance's last startup was asked for: its agent knows what it needs, a person at a laptop does not. */
export async function startupAsBefore(client: Client, startup: Run): Promise<StartupInput | undefined> {
  const { events } = await client.workflow.getHandle(startup.workflowId, startup.runId).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  if (payload === undefined) return undefined;
  return startupInputSchema.safeParse(client.options.loadedDataConverter.payloadConverter.fromPayload(payload)).data;
}

/** The drain period that its agent was told, if it left word. */
export async function drainAsBefore(client: Client, startup: Run): Promise<ShutdownInput['drain']> {
  const { memo } = await client.workflow.getHandle(startup.workflowId, startup.runId).describe();
  return drainSchema.safeParse(memo?.drain).data;
}

/** The target group that it registered in; undefined where the startup has not come to its end, or Temporal has forgotten it. */
export async function groupAsBefore(client: Client, startup: Run): Promise<string | undefined> {
  if (startup.status !== 'COMPLETED') return (await startupAsBefore(client, startup))?.targetGroupArn;
  const config = (await client.workflow.getHandle(startup.workflowId, startup.runId).result()) as ControllerConfig;
  return config.targetGroupArn;
}
