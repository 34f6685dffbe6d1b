import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';
import type { Client, WorkflowHandleWithStartDetails, WorkflowStartOptions } from '@temporalio/client';
import type { ShutdownInput, StartupInput } from '../domain/input.js';
import { searchAttributes } from '../domain/search-attributes.js';
import type { Start } from '../domain/starting.js';

/** Clients of namespaces that refused a label: a start is then one request, which an outage cannot take apart. */
const unlabelled = new WeakSet<Client>();

type Options = Pick<WorkflowStartOptions, 'workflowIdConflictPolicy' | 'requestEagerStart' | 'memo'>;

/**
 * Starts a life with its search attributes, or without them where the namespace does not have them (`drawbridge setup` makes
 * them).
 *
 * @throws what the client's `workflow.start` throws.
 */
export async function startLife<Input extends StartupInput | ShutdownInput>(
  client: Client,
  type: 'startup' | 'shutdown',
  start: Start<Input>,
  options: Options = {},
): Promise<WorkflowHandleWithStartDetails> {
  const begin = (typedSearchAttributes: SearchAttributePair[]) =>
    client.workflow.start(type, { ...start, ...options, typedSearchAttributes });
  if (unlabelled.has(client)) return begin([]);
  try {
    return await begin(labelsOf(type, start));
  } catch (error) {
    if (!namesSearchAttribute(error)) throw error;
    unlabelled.add(client);
    return begin([]);
  }
}

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

function labelsOf(type: 'startup' | 'shutdown', { args: [input] }: Start<StartupInput | ShutdownInput>) {
  const values = {
    cluster: input.cluster,
    instance: input.instanceId,
    phase: type === 'startup' ? 'starting' : 'leaving',
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ key: keyword(searchAttributes[name as keyof typeof values]), value }],
  );
}

/** Source: the frontend's INVALID_ARGUMENT, "Namespace default has no mapping defined for search attribute DrawbridgeCluster". */
const namesSearchAttribute = (error: unknown): boolean =>
  error instanceof Error &&
  [error.message, (error.cause as Error | undefined)?.message ?? ''].some((text) => /search attribute/i.test(text));
