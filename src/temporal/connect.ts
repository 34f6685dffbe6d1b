import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { defaultAddress, lookAtPeer, tlsUseOf } from './peer.js';
import type { TemporalAccess } from './peer.js';
import { innerReasonOf } from './reason.js';
import { explainTrouble, troubleWith } from './trouble.js';

/** Temporal for a person who waits for an answer. */
export interface Operator {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  close(): Promise<void>;
}

/** How long a person waits for the first answer; a dev server on the same machine takes 20 ms. */
const connectMs = 10_000;

/** What is seen to be wrong may be wrong only from here: behind a proxy the connection still comes about. */
const benefitOfDoubtMs = 1_000;

/** @throws Error that names the address, what is wrong and what to do, when Temporal does not answer. */
export async function connectOperator({
  connectionOptions,
  namespace,
}: ClientConnectConfig & { namespace: string }): Promise<Operator> {
  const looked = new AbortController();
  const trouble = whyNot(connectionOptions).then(async (why) => {
    if (why === undefined) return new Promise<never>(() => undefined);
    await pause(benefitOfDoubtMs, undefined, { signal: looked.signal });
    throw new Error(why);
  });
  trouble.catch(() => undefined);
  try {
    const connecting = Connection.connect({ ...connectionOptions, connectTimeout: connectMs });
    const connection = await Promise.race([connecting, trouble]);
    const client = new Client({ connection, namespace });
    return { client, connection, namespace, close: () => connection.close() };
  } catch (error) {
    throw unreached(connectionOptions, innerReasonOf(error), error);
  } finally {
    looked.abort();
  }
}

/** The same failure, in words: what is wrong with the connection, where that can be seen. */
export async function explainUnreached(access: TemporalAccess, error: unknown): Promise<Error> {
  return unreached(access, (await whyNot(access)) ?? innerReasonOf(error), error);
}

async function whyNot(access: TemporalAccess): Promise<string | undefined> {
  const peer = await lookAtPeer(access);
  const trouble = troubleWith(peer, tlsUseOf(access));
  return trouble && explainTrouble(trouble, peer, access);
}

/** Somebody accepts connections there and says nothing of Temporal's. */
const silent = '; is that Temporal, is TEMPORAL_ADDRESS right, or does the server hang?';

function unreached({ address = defaultAddress }: TemporalAccess, why: string, cause: unknown): Error {
  // gRPC's own sentence goes on with what it tried; its first line says what happened.
  const [first = ''] = why.split('\n', 1);
  const remedy = /before the deadline/i.test(first) ? silent : '';
  return new Error(`Temporal at ${address} cannot be reached: ${first}${remedy}`, { cause });
}
