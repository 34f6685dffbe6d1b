// Lives lives of many instances at once: a worker for each host's queue, and some that share each cluster's. Takes JSON on stdin.
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { aHost, measures } from './host.js';
import { polls } from './polls.js';

// The server of a fleet has a machine of its own; here its processor comes first.
setPriority(10);
const { temporalAddress, instances: all, fleetWorkers, drain } = /** @type {any} */ (await json(process.stdin));
const [
  { createAwsActivities, createHostActivities },
  { startWorkers },
  { beginStartup, beginShutdown },
  { fleetQueue, hostQueue, startupId },
  { livesOver },
  { watchForLostSteps },
  { ReachedSteps },
] = await Promise.all([
  import('../../build/activities/index.js'),
  import('../../build/workers/workers.js'),
  import('../../build/temporal/begin.js'),
  import('../../build/domain/ids.js'),
  import('../../build/workers/lives.js'),
  import('../../build/workers/lost-steps.js'),
  import('../../build/workers/reached-steps.js'),
]);

const region = process.env.AWS_REGION ?? '';
const { aws } = await aHost(all[0]);
const connection = { address: temporalAddress };
const common = { connection, namespace: 'default', aws, measures };
const clusters = [...new Set(all.map(({ cluster }) => cluster))];
await Promise.all(
  clusters.flatMap((cluster) => Array.from({ length: fleetWorkers }, () => startWorkers({ ...common, cluster }))),
);

// One connection for all: each that an activity ran on costs every promise of the process something, 500 of them a third of its time
// (measured on Node 20: the SDK binds an AsyncLocalStorage to each). An agent is a process of its own and has one.
const own = await NativeConnection.connect(connection);
const client = new Client({ connection: own });
const lives = livesOver(client);
const hosts = [];
for (const { instanceId, cluster, imdsEndpoint } of all) {
  const { host } = await aHost({ instanceId, imdsEndpoint, region });
  const steps = { ...aws, host, lives, metrics: measures.steps };
  const reached = new ReachedSteps(startupId(instanceId));
  const worker = await Worker.create({
    connection: own,
    identity: client.options.identity,
    taskQueue: hostQueue(fleetQueue(cluster), instanceId),
    maxConcurrentActivityTaskExecutions: 20,
    activityTaskPollerBehavior: polls,
    activities: reached.noting({ ...createAwsActivities(steps), ...createHostActivities(steps) }),
  });
  void worker.run();
  hosts.push({ instanceId, cluster, reached });
}
const [first, ...others] = hosts;

let lost = 0;
/** @type {any} */
const log = {
  warn: (/** @type {{ steps: string[] }} */ { steps }) => void (lost += steps.length),
  debug: () => undefined,
};

/**
 * @param {(typeof hosts)[number]} host
 * @param {number} [drain] - How long, in seconds. A life without it ends in service.
 */
async function live({ instanceId, cluster, reached }, drain) {
  const startup = { instanceId, cluster, tunnel: { device: 'lo' }, trigger: 'bench' };
  const inService = await beginStartup(client, cluster, startup, { drain: drain ?? 0 });
  const over = new AbortController();
  // As agents do.
  void watchForLostSteps(client, reached, { log, until: over.signal });
  await inService.result().finally(() => over.abort());
  if (drain === undefined) return undefined;
  const shutdown = { instanceId, cluster, drain, trigger: 'bench' };
  const { handle } = await beginShutdown(client, cluster, shutdown);
  const { drainedSeconds, drainPeriodSeconds } = await handle.result();
  return drainedSeconds - drainPeriodSeconds;
}

// Alone, so that all is loaded and connected; without a drain period, for polls that have waited for a minute are about to end.
await live(first, drain === undefined ? undefined : 0);
const startedAt = performance.now();
const lived = await Promise.allSettled(others.map((host) => live(host, drain)));
const seconds = (performance.now() - startedAt) / 1_000;
const failed = lived.flatMap(({ reason }) =>
  reason === undefined ? [] : [String(reason.cause?.cause ?? reason.cause ?? reason)],
);
const lateSeconds = lived.flatMap(({ value }) => (value === undefined ? [] : [value]));
process.stdout.write(`${JSON.stringify({ seconds, failed, lateSeconds, lost })}\n`);
process.exit(0);
