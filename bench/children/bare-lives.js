// The reference for lives: as many pairs of workflows on workers of the bare SDK, whose activities do nothing. Takes JSON on stdin.
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, DefaultLogger } from '@temporalio/worker';
import { memoryAfter } from '../memory.js';
import './bare-runtime.js';

const { temporalAddress, workers: count, lives, sampleEvery } = /** @type {any} */ (await json(process.stdin));
const logger = new DefaultLogger('ERROR');
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/nothing.js', import.meta.url)),
  logger,
});

async function aPair(/** @type {number} */ at) {
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const taskQueue = `bench-nothing-${process.pid}-${at}`;
  const activities = { nothing: () => Promise.resolve() };
  const common = { connection, taskQueue, maxConcurrentActivityTaskExecutions: 20 };
  const worker = await Worker.create({ ...common, workflowBundle, activities, maxCachedWorkflows: 20 });
  const running = worker.run();
  const client = new Client({ connection });
  const run = (/** @type {string} */ kind, /** @type {number} */ steps) =>
    client.workflow.execute('nothing', { taskQueue, workflowId: `${kind}/${taskQueue}`, args: [steps] });
  return {
    live: async () => {
      await run('startup', 8);
      await run('shutdown', 5);
    },
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

const pairs = await Promise.all(Array.from({ length: count }, (_, at) => aPair(at)));
const samples = await memoryAfter({ lives, sampleEvery, each: pairs.map((pair) => () => pair.live()) });
await Promise.all(pairs.map((pair) => pair.stop()));
process.stdout.write(`${JSON.stringify(samples)}\n`);
process.exit(0);
