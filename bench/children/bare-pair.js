// The reference for an agent: a Temporal worker pair of the bare SDK, with two queues and a prebuilt bundle. Runs a workflow of the
// shape of a startup for each line on stdin, and answers with its milliseconds. Arguments: the bundle; and `few-polls`
// where it polls as an agent does.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { NativeConnection, Worker } from '@temporalio/worker';
import './bare-runtime.js';
import { polls } from './polls.js';

const fleet = `bench-${process.pid}`;
const host = `${fleet}/host`;
const [bundle = '', polling] = process.argv.slice(2);
const few = { activityTaskPollerBehavior: polls, workflowTaskPollerBehavior: polls };
const common = { activities: { nothing: () => Promise.resolve() }, ...(polling === 'few-polls' && few) };
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const workflows = await Worker.create({
  ...common,
  connection,
  taskQueue: fleet,
  workflowBundle: { codePath: bundle },
});
const steps = await Worker.create({ ...common, connection, taskQueue: host });
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
