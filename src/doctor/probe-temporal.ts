import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { fleetQueue, hostQueue } from '../domain/ids.js';
import { defaultAddress, lookAtPeer, tlsOf, tlsUseOf } from '../temporal/peer.js';
import type { Peer, TemporalAccess } from '../temporal/peer.js';
import { pollersOf } from '../temporal/pollers-of.js';
import { andThen, probe, probeMs, unasked } from './probed.js';
import type { Probed } from './probed.js';
import type { TemporalFacts } from './temporal.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;

type Whose = Pick<TemporalFacts, 'namespace' | 'cluster' | 'instanceId' | 'region' | 'here'>;

/** Connects, and asks everything side by side; where connecting fails, finds out why. */
export async function probeTemporal(access: TemporalAccess, whose: Whose): Promise<Omit<TemporalFacts, 'unit'>> {
  const { address = defaultAddress, apiKey } = access;
  const facts = {
    ...whose,
    address,
    tls: tlsUseOf(access),
    hasOwnCa: tlsOf(access)?.serverRootCACertificate !== undefined,
    hasApiKey: apiKey !== undefined,
  };
  const looking = lookAtPeer(access);
  const connecting = await connect(access, looking);
  if ('error' in connecting) {
    const unreached = unasked('Temporal cannot be reached');
    return { ...facts, ...allOf(unreached), connected: connecting, peer: await looking };
  }
  const connection = connecting.value;
  try {
    return { ...facts, ...(await ask(connection, whose)), peer: undefined };
  } finally {
    await connection.close();
  }
}

/** Where nobody is at all, that is known at once; Temporal's own connection would try for all of its time. */
async function connect(access: TemporalAccess, looking: Promise<Peer>): Promise<Probed<Connection>> {
  const nobody = looking.then(({ unreachable }) =>
    unreachable === undefined ? new Promise<never>(() => undefined) : { error: unreachable },
  );
  return Promise.race([nobody, probe(() => Connection.connect({ ...access, connectTimeout: probeMs - 500 }))]);
}

type Answers = Omit<TemporalFacts, keyof Whose | 'unit' | 'address' | 'tls' | 'hasOwnCa' | 'hasApiKey' | 'peer'>;

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
