// Runs a startup of one instance for each line on stdin, and answers with its milliseconds less those in which AWS was being
// asked. Arguments: the instance's id.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { aHost, measures } from './host.js';

const [instanceId] = process.argv.slice(2);
const { AWS_REGION: region = '', AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsEndpoint = '' } = process.env;

const [{ startWorkers }, { beginStartup }] = await Promise.all([
  import('../../build/workers/workers.js'),
  import('../../build/temporal/begin.js'),
]);

/** Calls may be side by side: time counts once. */
let underWay = 0;
let since = 0;
let inAws = 0;

/**
 * @template {object} Api
 * @param {Api} api
 * @returns {Api} the same, timed from each call to its result: what the SDK does for a request is no work of the workflow's.
 */
const timed = (api) =>
  /** @type {Api} */ (Object.fromEntries(Object.entries(api).map(([name, call]) => [name, timedCall(call)])));

/** @param {(...given: unknown[]) => Promise<unknown>} call */
const timedCall =
  (call) =>
  async (/** @type {unknown[]} */ ...given) => {
    if (underWay === 0) since = performance.now();
    underWay += 1;
    try {
      return await call(...given);
    } finally {
      underWay -= 1;
      if (underWay === 0) inAws += performance.now() - since;
    }
  };

const { aws: untimed, host, ownSteps, close } = await aHost({ instanceId, imdsEndpoint, region });
const aws = { ...untimed, targetGroups: timed(untimed.targetGroups), instances: timed(untimed.instances) };
const cluster = `bench-${process.pid}`;
const workers = await startWorkers({
  connection: { address: process.env.TEMPORAL_ADDRESS },
  namespace: 'default',
  cluster,
  aws,
  host: { instanceId, host, ownSteps },
  measures,
});

const input = createInterface({ input: process.stdin });
input.on('line', async () => {
  inAws = 0;
  const startedAt = performance.now();
  const startup = { instanceId, cluster: 'bench', tunnel: { device: 'lo' }, trigger: 'bench' };
  await (await beginStartup(workers.client, cluster, startup, { drain: 0, requestEagerStart: true })).result();
  process.stdout.write(`${performance.now() - startedAt - inAws}\n`);
});
await once(input, 'close');
await workers.stop();
await close();
process.exit(0);
