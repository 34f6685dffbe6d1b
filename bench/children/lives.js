// The workers of an agent, or of the fleet, in a process that lives on: for each line on stdin an agent lives so many lives; then
// either answers with the bytes that it keeps. Arguments: the cluster; of an agent, its instance and how many lives.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bytesKept } from '../memory.js';
import { aHost, measures } from './host.js';

const [cluster = '', instanceId, lives] = process.argv.slice(2);
const { AWS_REGION: region = '', AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsEndpoint = '' } = process.env;

const [{ startWorkers }, { beginShutdown, beginStartup }] = await Promise.all([
  import('../../build/workers/workers.js'),
  import('../../build/temporal/begin.js'),
]);

const { aws, host, ownSteps } = await aHost({ instanceId: instanceId ?? '', imdsEndpoint, region });
const { client } = await startWorkers({
  connection: { address: process.env.TEMPORAL_ADDRESS },
  namespace: 'default',
  cluster,
  aws,
  measures,
  ...(instanceId !== undefined && { host: { instanceId, host, ownSteps } }),
});

/** A timer of any length takes a second of Temporal's: only one life in ten has one. */
const drainOf = (/** @type {number} */ life) => (life % 10 === 0 ? 0.01 : 0);

// Not started eagerly: so the fleet worker, too, gets workflows to run.
async function live(/** @type {string} */ instanceId, /** @type {number} */ drain) {
  const about = { instanceId, cluster: 'bench', trigger: 'bench' };
  await (await beginStartup(client, cluster, { ...about, tunnel: { device: 'lo' } }, { drain })).result();
  const { handle } = await beginShutdown(client, cluster, { ...about, drain });
  const { outcome } = await handle.result();
  if (outcome !== 'drained') throw new Error(`a life ended ${outcome}, expected drained`);
}

const input = createInterface({ input: process.stdin });
input.on('line', async () => {
  if (instanceId !== undefined)
    for (let life = 0; life < Number(lives); life += 1) await live(instanceId, drainOf(life));
  process.stdout.write(`${await bytesKept()}\n`);
});
await once(input, 'close');
process.exit(0);
