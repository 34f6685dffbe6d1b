// The reference for an agent: a Temporal worker pair of the bare SDK, with two queues and a prebuilt bundle. Runs a workflow of the
// shape of a startup for each line on stdin, and answers with its milliseconds. Argument: the bundle.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { NativeConnection, Worker } from '@temporalio/worker';
import './bare-runtime.js';

const fleet = `bench-${process.pid}`;
const host = `${fleet}/host`;
const activities = { nothing: () => Promise.resolve() };
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const workflows = await Worker.create({
  connection,
  taskQueue: fleet,
  workflowBundle: { codePath: process.argv[2] },
  activities,
});
const steps = await Worker.create({ connection, taskQueue: host, activities });
const running = [workflows.run(), steps.run()];

let count = 0;
const input = createInterface({ input: process.stdin });
input.on('line', async () => {
  const startedAt = performance.now();
  const options = { taskQueue: fleet, workflowId: `${fleet}/${(count += 1)}`, args: [host], requestEagerStart: true };
  await workflows.client?.workflow.execute('startup', options);
  process.stdout.write(`${performance.now() - startedAt}\n`);
});
await once(input, 'close');
workflows.shutdown();
steps.shutdown();
await Promise.all(running);
