// Lives lives of many instances at once: a worker for each host's queue, and some that share the fleet's. Takes JSON on stdin.
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { aHost, measures } from './host.js';

const { temporalAddress, instances: all, fleetWorkers, drain } = /** @type {any} */ (await json(process.stdin));
const [{ createAwsActivities, createHostActivities }, { startWorkers }, begin, { fleetQueue, hostQueue }] =
  await Promise.all([
    import('../../build/activities/index.js'),
    import('../../build/workers/workers.js'),
    import('../../build/temporal/begin.js'),
    import('../../build/domain/ids.js'),
  ]);
const { livesOver } = await import('../../build/workers/lives.js');

const [first, ...instances] = all;
const cluster = `bench-${process.pid}`;
const region = process.env.AWS_REGION ?? '';
const { aws } = await aHost(first);
const connection = { address: temporalAddress };
const common = { connection, namespace: 'default', cluster, aws, measures };
await Promise.all(Array.from({ length: fleetWorkers }, () => startWorkers(common)));

const pollers = /** @type {const} */ ({ type: 'autoscaling', minimum: 1, initial: 1, maximum: 4 });
// One for all: each that a deadline or a signal was ever set on costs each promise of this process something on Node 20, hundreds of
// them nearly all there is (measured). An agent has one.
const lives = livesOver(new Client({ connection: await NativeConnection.connect(connection) }));
/** @type {Map<string, Client>} */
const clients = new Map();
for (const { instanceId, imdsEndpoint } of all) {
  const { host } = await aHost({ instanceId, imdsEndpoint, region });
  // Each has its own, as agents have.
  const own = await NativeConnection.connect(connection);
  const client = new Client({ connection: own });
  clients.set(instanceId, client);
  const steps = { ...aws, host, lives, metrics: measures.steps };
  const worker = await Worker.create({
    connection: own,
    taskQueue: hostQueue(fleetQueue(cluster), instanceId),
    maxConcurrentActivityTaskExecutions: 20,
    activityTaskPollerBehavior: pollers,
    activities: { ...createAwsActivities(steps), ...createHostActivities(steps) },
  });
  void worker.run();
}

/** @param {{ instanceId: string }} instance */
async function live({ instanceId }) {
  const client = /** @type {Client} */ (clients.get(instanceId));
  const startup = { instanceId, cluster: 'bench', tunnel: { device: 'lo' }, trigger: 'bench' };
  await (await begin.beginStartup(client, cluster, startup, { drain: drain ?? 0 })).result();
  if (drain === undefined) return undefined;
  const shutdown = { instanceId, cluster: 'bench', drain, trigger: 'bench' };
  const { handle } = await begin.beginShutdown(client, cluster, shutdown);
  const { drainedSeconds, drainPeriodSeconds } = await handle.result();
  return drainedSeconds - drainPeriodSeconds;
}

// Alone, so that all is loaded and connected.
await live(first);
const startedAt = performance.now();
const lived = await Promise.allSettled(instances.map(live));
const seconds = (performance.now() - startedAt) / 1_000;
const failed = lived.flatMap(({ reason }) =>
  reason === undefined ? [] : [String(reason.cause?.cause ?? reason.cause ?? reason)],
);
const lateSeconds = lived.flatMap(({ value }) => (value === undefined ? [] : [value]));
process.stdout.write(`${JSON.stringify({ seconds, failed, lateSeconds })}\n`);
process.exit(0);
