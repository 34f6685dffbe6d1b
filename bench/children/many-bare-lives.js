// The reference for many lives at once: as many workers of the bare SDK, for workflows of the same shape that do nothing. Takes JSON
// on stdin.
import { setPriority } from 'node:os';
import { dirname } from 'node:path/posix';
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import './bare-runtime.js';
import { polls } from './polls.js';

// As many-lives.js does.
setPriority(10);
const { temporalAddress, bundle, lives, clusters, drain } = /** @type {any} */ (await json(process.stdin));
const activities = { nothing: () => Promise.resolve() };
const activitySlots = { maxConcurrentActivityTaskExecutions: 20, activityTaskPollerBehavior: polls, activities };
const fleets = Array.from({ length: clusters }, (_, at) => `bench-nothing/${at}`);

for (const taskQueue of fleets) {
  const worker = await Worker.create({
    ...activitySlots,
    connection: await NativeConnection.connect({ address: temporalAddress }),
    taskQueue,
    workflowBundle: { codePath: bundle },
    maxConcurrentWorkflowTaskExecutions: 10,
    maxCachedWorkflows: 20,
    workflowTaskPollerBehavior: polls,
    stickyQueueScheduleToStartTimeout: '1s',
  });
  void worker.run();
}
const all = Array.from({ length: lives + 1 }, (_, at) => `${fleets[at % clusters]}/${at}`);
const connection = await NativeConnection.connect({ address: temporalAddress });
const client = new Client({ connection });
for (const host of all) {
  const worker = await Worker.create({ ...activitySlots, connection, taskQueue: host });
  void worker.run();
}

const [first, ...hosts] = all;
/** @param {string} type @param {string} host @param {unknown[]} args */
const execute = (type, host, args) =>
  client.workflow.execute(type, { taskQueue: dirname(host), workflowId: `${type}/${host}`, args });
await execute('startup', first, [first]);
await execute('shutdown', first, [first, 0]);
const startedAt = performance.now();
await Promise.all(
  hosts.map(async (host) => {
    await execute('startup', host, [host]);
    await execute('shutdown', host, [host, drain * 1_000]);
  }),
);
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000 })}\n`);
process.exit(0);
