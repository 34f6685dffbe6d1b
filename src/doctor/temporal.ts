import { devServerPollLimits } from '../domain/dev-server.js';
import { fleetQueue, hostQueue } from '../domain/ids.js';
import { searchAttributes } from '../domain/search-attributes.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { awsCli, command } from './mend.js';
import type { Mend } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';
import { checkConnection } from './temporal-connection.js';
import type { ConnectionFacts } from './temporal-connection.js';

export interface TemporalFacts extends ConnectionFacts {
  readonly namespace: string;
  readonly cluster: string | undefined;
  readonly instanceId: string | undefined;
  readonly region: string | undefined;
  /** How long histories are kept after their end, in hours; undefined where there is no such namespace. */
  readonly retentionHours: Probed<number | undefined>;
  /** Custom ones, by name, with their kinds such as `Keyword`. */
  readonly attributes: Probed<Readonly<Record<string, string>>>;
  readonly storage: Probed<{ readonly kind: string; readonly shards: number }>;
  /** How many poll the cluster's fleet queue for workflows, and this instance's host queue for activities. */
  readonly fleetPollers: Probed<number>;
  readonly hostPollers: Probed<number>;
}

export function checkTemporal(facts: TemporalFacts): Line[] {
  const connection = checkConnection(facts);
  if ('error' in facts.connected) {
    const unseen = ['namespace', ...namesIn(facts), 'server'];
    return [...connection, ...unseen.map((check) => notChecked(check, 'Temporal cannot be reached'))];
  }
  const isThere = 'error' in facts.retentionHours || facts.retentionHours.value !== undefined;
  const rest = isThere
    ? inNamespace(facts)
    : namesIn(facts).map((check) => notChecked(check, 'there is no such namespace'));
  return [...connection, checkNamespace(facts), ...rest, checkServer(facts)];
}

const namesIn = (facts: TemporalFacts): string[] => inNamespace(facts).map(({ check }) => check);

/** What there is to see only in a namespace that exists. */
const inNamespace = (facts: TemporalFacts): Line[] => [
  checkAttributes(facts),
  checkFleetQueue(facts),
  ...checkHostQueue(facts),
];

function checkNamespace({ namespace, retentionHours, address }: TemporalFacts): Line {
  if ('error' in retentionHours) {
    const why = `${namespace}: ${reasonOf(retentionHours.error)}`;
    return isDenied(retentionHours.error) ? fail('namespace', why) : notChecked('namespace', why);
  }
  const { value: hours } = retentionHours;
  if (hours !== undefined) return ok('namespace', `${namespace}, keeps what ended for ${hours} h`);
  return fail(
    'namespace',
    `${namespace} does not exist`,
    command(
      ...['temporal', 'operator', 'namespace', 'create', '--namespace', namespace, '--retention', '720h'],
      ...['--address', address],
    ),
  );
}

const isDenied = (error: Error): boolean => /PERMISSION_DENIED|UNAUTHENTICATED/.test(error.message);

const setup: Mend = command('drawbridge', 'setup');

function checkAttributes({ attributes, namespace, address }: TemporalFacts): Line {
  const check = 'search attributes';
  if ('error' in attributes) return notChecked(check, reasonOf(attributes.error));
  const names = Object.values(searchAttributes);
  const missing = names.filter((name) => attributes.value[name] === undefined);
  const wrong = names.find((name) => ![undefined, 'Keyword'].includes(attributes.value[name]));
  if (wrong !== undefined) {
    const where = ['--name', wrong, '--namespace', namespace, '--address', address];
    const remove = command('temporal', 'operator', 'search-attribute', 'remove', ...where, '--yes');
    return warn(check, `${wrong} is ${attributes.value[wrong] ?? ''}, expected Keyword`, [...remove, '&&', ...setup]);
  }
  if (missing.length === 0) return ok(check, names.join(', '));
  const absent = missing.length === names.length ? 'none' : `without ${missing.join(', ')}`;
  return warn(check, `${absent}: lives cannot be searched by them; all else works`, setup);
}

function checkFleetQueue({ cluster, region, fleetPollers }: TemporalFacts): Line {
  const check = 'fleet queue';
  if (cluster === undefined) {
    return notChecked(check, 'the cluster is not known', command('drawbridge', 'doctor', '--cluster', '<cluster>'));
  }
  const queue = fleetQueue(cluster);
  if ('error' in fleetPollers) return notChecked(check, `${queue}: ${reasonOf(fleetPollers.error)}`);
  if (fleetPollers.value > 0) return ok(check, `${queue} has ${pollers(fleetPollers.value)}`);
  return warn(
    check,
    `nobody polls ${queue}: no startup or shutdown of this cluster goes on`,
    command('drawbridge', 'worker', '--cluster', cluster, '--region', region ?? '<region>'),
  );
}

function checkHostQueue(facts: TemporalFacts): Line[] {
  const { cluster, instanceId, hostPollers } = facts;
  if (cluster === undefined || instanceId === undefined) return [];
  const queue = hostQueue(fleetQueue(cluster), instanceId);
  if ('error' in hostPollers) return [notChecked('host queue', `${queue}: ${reasonOf(hostPollers.error)}`)];
  if (hostPollers.value > 0) return [ok('host queue', `${queue} has ${pollers(hostPollers.value)}`)];
  const why = `nobody polls ${queue}: no agent runs there`;
  return [warn('host queue', why, starting(facts, instanceId))];
}

function starting({ here, unit, region }: TemporalFacts, instanceId: string): Mend {
  if (here) return command('sudo', 'systemctl', 'start', unit.name);
  const run = ['--document-name', 'AWS-RunShellScript', '--parameters', `commands=systemctl start ${unit.name}`];
  return awsCli(region, 'ssm', 'send-command', '--instance-ids', instanceId, ...run);
}

const pollers = (count: number): string => (count === 1 ? '1 poller' : `${count} pollers`);

function checkServer({ storage, address }: TemporalFacts): Line {
  const check = 'server';
  if ('error' in storage) return ok(check, 'does not tell what it keeps its data in');
  const { kind, shards } = storage.value;
  if (!/sqlite/i.test(kind)) return ok(check, `${kind}, ${shards} ${shards === 1 ? 'shard' : 'shards'}`);
  const port = address.split(':').at(-1) ?? '7233';
  return warn(
    check,
    'a dev server, for one machine: it reads its queues 20 times a second unless told otherwise, which cannot be seen from here',
    command(
      ...['temporal', 'server', 'start-dev', '--port', port, '--db-filename', '<file>'],
      ...devServerPollLimits.flatMap((limit) => ['--dynamic-config-value', limit]),
    ),
  );
}
