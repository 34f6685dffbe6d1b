import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import proto from '@temporalio/proto';
import { fleetQueue, hostQueue } from '../domain/ids.js';
import { pollersOf } from '../temporal/pollers-of.js';
import { andThen, probe, probeMs, unasked, valueOf } from './probed.js';
import type { Probed } from './probed.js';
import type { Peer } from './temporal-connection.js';
import type { TemporalFacts } from './temporal.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;

export type TemporalAccess = Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey' | 'metadata'>;

type Whose = Pick<TemporalFacts, 'namespace' | 'cluster' | 'instanceId' | 'region' | 'unit'>;

/** Connects, and asks everything side by side; where connecting fails, finds out why. */
export async function probeTemporal(access: TemporalAccess, whose: Whose): Promise<TemporalFacts> {
  const { address = 'localhost:7233', apiKey } = access;
  const tls = tlsOf(access);
  const facts = {
    ...whose,
    address,
    tls: tls === undefined ? ('off' as const) : tls.clientCertPair ? ('mutual' as const) : ('on' as const),
    hasOwnCa: tls?.serverRootCACertificate !== undefined,
    hasApiKey: apiKey !== undefined,
  };
  const connecting = await connect(address, access);
  if ('error' in connecting) {
    const unreached = unasked('Temporal cannot be reached');
    return { ...facts, ...allOf(unreached), connected: connecting, peer: await lookAt(address, tls) };
  }
  const connection = connecting.value;
  try {
    return { ...facts, ...(await ask(connection, whose)), peer: undefined };
  } finally {
    await connection.close();
  }
}

type Tls = Exclude<TemporalAccess['tls'], boolean | null | undefined>;

/** As the SDK takes it: with an API key TLS is on unless it was switched off. */
function tlsOf({ tls, apiKey }: TemporalAccess): Tls | undefined {
  if (typeof tls === 'object' && tls !== null) return tls;
  return tls === true || (tls !== false && apiKey !== undefined) ? {} : undefined;
}

/** Where nobody is at all, that is known at once; Temporal's own connection would try for all of its time. */
async function connect(address: string, access: TemporalAccess): Promise<Probed<Connection>> {
  const there = await isThere(address);
  return andThen(there, () => probe(() => Connection.connect({ ...access, connectTimeout: probeMs - 500 })));
}

type Answers = Omit<TemporalFacts, keyof Whose | 'address' | 'tls' | 'hasOwnCa' | 'hasApiKey' | 'peer'>;

const allOf = (none: { readonly error: Error }): Omit<Answers, 'connected'> => ({
  retentionHours: none,
  attributes: none,
  storage: none,
  fleetPollers: none,
  hostPollers: none,
});

async function ask(connection: Connection, { namespace, cluster, instanceId }: Whose): Promise<Answers> {
  const { workflowService, operatorService } = connection;
  const put = <T>(question: () => Promise<T>): Promise<Probed<T>> =>
    probe(() => connection.withDeadline(Date.now() + probeMs, question));
  const fleet = cluster === undefined ? undefined : fleetQueue(cluster);
  const notKnown = unasked('not known which');
  const [system, described, attributes, storage, fleetPollers, hostPollers] = await Promise.all([
    put(() => workflowService.getSystemInfo({})),
    put(() => workflowService.describeNamespace({ namespace })),
    put(() => operatorService.listSearchAttributes({ namespace })),
    put(() => workflowService.getClusterInfo({})),
    fleet === undefined ? notKnown : put(() => pollersOf(connection, namespace, fleet, 'workflow')),
    fleet === undefined || instanceId === undefined
      ? notKnown
      : put(() => pollersOf(connection, namespace, hostQueue(fleet, instanceId), 'activity')),
  ]);
  return {
    connected: await andThen(system, ({ serverVersion }) => settled(serverVersion)),
    retentionHours: isMissing(described)
      ? { value: undefined }
      : await andThen(described, ({ config }) => settled(hoursIn(config?.workflowExecutionRetentionTtl))),
    attributes: await andThen(attributes, ({ customAttributes }) =>
      settled(Object.fromEntries(Object.entries(customAttributes).map(([name, kind]) => [name, kindOf(kind)]))),
    ),
    storage: await andThen(storage, ({ persistenceStore, historyShardCount }) =>
      settled({ kind: persistenceStore, shards: historyShardCount }),
    ),
    fleetPollers,
    hostPollers,
  };
}

/** `Keyword` for INDEXED_VALUE_TYPE_KEYWORD, as the Temporal CLI has it. */
function kindOf(type: proto.temporal.api.enums.v1.IndexedValueType): string {
  const words = IndexedValueType[type].replace('INDEXED_VALUE_TYPE_', '').split('_');
  return words.map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join('');
}

const settled = <T>(value: T): Promise<Probed<T>> => Promise.resolve({ value });

/** gRPC's NOT_FOUND. */
const isMissing = (probed: Probed<unknown>): boolean =>
  'error' in probed && 'code' in probed.error && probed.error.code === 5;

const hoursIn = (duration: { seconds?: { toNumber(): number } | null } | null | undefined): number =>
  Math.round((duration?.seconds?.toNumber() ?? 0) / 3_600);

/** Looks at the address without Temporal's protocol: whether anybody is there, whether he speaks TLS, and who says who he is. */
async function lookAt(address: string, tls: Tls | undefined): Promise<Peer> {
  const where = placeOf(address);
  const servername = tls?.serverNameOverride ?? (isIP(where.host) === 0 ? where.host : undefined);
  const options = {
    ...where,
    ALPNProtocols: ['h2'],
    // Whom it is not to be trusted is found out, not taken for granted.
    rejectUnauthorized: false,
    ...(tls?.serverRootCACertificate === undefined ? {} : { ca: Buffer.from(tls.serverRootCACertificate) }),
    ...(servername === undefined ? {} : { servername }),
  };
  const [reachable, secured] = await Promise.all([
    isThere(address),
    probe((signal) => {
      const socket = connectTls(options);
      return opened(socket, 'secureConnect', () => socket.authorizationError, signal);
    }),
  ]);
  const distrust: unknown = valueOf(secured);
  return {
    reachable,
    speaksTls: 'value' in secured,
    distrust: distrust instanceof Error ? distrust.message : typeof distrust === 'string' ? distrust : undefined,
  };
}

const isThere = (address: string): Promise<Probed<true>> =>
  probe((signal) => opened(connectPlain(placeOf(address)), 'connect', () => true as const, signal));

function placeOf(address: string): { host: string; port: number } {
  const [, host = address, port = '7233'] = /^(.*?):(\d+)$/.exec(address) ?? [];
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** What there is to read once the socket is open; it is closed again. */
function opened<T>(socket: Socket, event: 'connect' | 'secureConnect', read: () => T, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => void socket.destroy();
    signal.addEventListener('abort', end, { once: true });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed at once')));
    socket.once(event, () => {
      resolve(read());
      end();
    });
  });
}
