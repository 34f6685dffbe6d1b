// The reference for many lives at once: as many workers of the bare SDK, for workflows of the same shape that do nothing. Takes JSON
// on stdin.
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const { temporalAddress, bundle, lives, fleetWorkers, drain } = /** @type {any} */ (await json(process.stdin));
Runtime.install({ logger: new DefaultLogger('ERROR') });
const activities = { nothing: () => Promise.resolve() };
const pollers = /** @type {const} */ ({ type: 'autoscaling', minimum: 1, initial: 1, maximum: 4 });
const activitySlots = { maxConcurrentActivityTaskExecutions: 20, activityTaskPollerBehavior: pollers, activities };
const taskQueue = `bench-nothing-${process.pid}`;

for (let count = 0; count < fleetWorkers; count += 1) {
  const worker = await Worker.create({
    ...activitySlots,
    connection: await NativeConnection.connect({ address: temporalAddress }),
    taskQueue,
    workflowBundle: { codePath: bundle },
    maxConcurrentWorkflowTaskExecutions: 10,
    maxCachedWorkflows: 20,
    workflowTaskPollerBehavior: pollers,
    stickyQueueScheduleToStartTimeout: '1s',
  });
  void worker.run();
}
const connection = await NativeConnection.connect({ address: temporalAddress });
const all = Array.from({ length: lives + 1 }, (_, at) => `${taskQueue}/${at}`);
for (const host of all) {
  const worker = await Worker.create({ ...activitySlots, connection, taskQueue: host });
  void worker.run();
}

const client = new Client({ connection });
const [first, ...hosts] = all;
await client.workflow.execute('startup', { taskQueue, workflowId: `startup/${first}`, args: [first] });
const startedAt = performance.now();
await Promise.all(
  hosts.map(async (host) => {
    await client.workflow.execute('startup', { taskQueue, workflowId: `startup/${host}`, args: [host] });
    await client.workflow.execute('shutdown', {
      taskQueue,
      workflowId: `shutdown/${host}`,
      args: [host, drain * 1_000],
    });
  }),
);
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000 })}\n`);
process.exit(0);
