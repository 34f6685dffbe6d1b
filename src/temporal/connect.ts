import { Client, Connection } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { reasonOf } from './reason.js';

/** Temporal for a person who waits for an answer. */
export interface Operator {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  close(): Promise<void>;
}

/** How long a person waits for the first answer; a dev server on the same machine takes 20 ms. */
const connectMs = 10_000;

/** @throws Error that names the address and what to check, when Temporal does not answer. */
export async function connectOperator({
  connectionOptions,
  namespace,
}: ClientConnectConfig & { namespace: string }): Promise<Operator> {
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: connectMs });
    const client = new Client({ connection, namespace });
    return { client, connection, namespace, close: () => connection.close() };
  } catch (error) {
    throw new Error(
      `Temporal at ${address} cannot be reached: ${firstLine(reasonOf(error))}; is TEMPORAL_ADDRESS right, and TLS as the server wants it?`,
      { cause: error },
    );
  }
}

/** gRPC's own sentence goes on with what it tried; its first part says what happened. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;
