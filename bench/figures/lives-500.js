// Whether a fleet that comes and goes at once is slower than Temporal is.
import { rmSync } from 'node:fs';
import { percentile } from '../figure.js';
import { ask, at } from '../processes.js';
import { withSurroundings } from '../surroundings.js';
import { aBundle } from './startup-overhead.js';

const lives = 500;
/** Each of 20 appliances. The one fleet worker of a cluster has the workflows of all of them in its cache, as an agent has its own. */
const clusters = Array.from({ length: 25 }, (_, at) => `bench-${at}`);
/** Of the drain period: as long as it is where nobody says otherwise. */
const drain = 60;

/** @type {import('../figure.js').Figure} */
export const lives500 = {
  name: 'lives-500',
  rows: [
    {
      name: 'lives-500',
      what: '500 lives at once on one dev server, beside workflows that do nothing, in s',
      unit: 's',
      must: { timesAtMost: 1.3 },
    },
    {
      name: 'lives-500 lateness',
      what: 'how late 99 of 100 of their drain periods end at most, in s',
      unit: 's',
      must: { atMost: 2 },
    },
  ],
  async run() {
    const bundle = await aBundle();
    /** @type {(use: (around: import('../surroundings.js').Surroundings) => Promise<any>) => Promise<any>} */
    const onAServerOfItsOwn = (use) =>
      withSurroundings(use, { clusters, simulator: { throttling: 'off' }, inFile: true, manyQueues: true });
    const ours = await onAServerOfItsOwn(async (around) =>
      manyLives(around, { clusters, lives, fleetWorkers: 1, drain }),
    );
    const bare = await onAServerOfItsOwn(async ({ temporal }) =>
      ask([at('children/many-bare-lives.js')], {
        temporalAddress: temporal.address,
        bundle,
        lives,
        clusters: clusters.length,
        drain,
      }),
    );
    rmSync(bundle);
    if (ours.failed.length > 0) throw new Error(`${ours.failed.length} lives failed: ${ours.failed[0]}`);
    return [
      {
        value: ours.seconds,
        reference: 'as many workflows of the same shape that do nothing, on as many workers of the bare SDK',
        referenceValue: bare.seconds,
        note: `one run of each; both have a timer of ${drain} s in them. Temporal lost ${ours.lost} steps on their way, which were tried again.`,
      },
      {
        value: percentile(ours.lateSeconds, 99),
        note: `at the median ${percentile(ours.lateSeconds, 50).toFixed(2)} s.`,
      },
    ];
  },
};

/**
 * @param {import('../surroundings.js').Surroundings} around
 * @param {{ clusters: readonly string[], lives: number, fleetWorkers: number, drain?: number, child?: string }} how - `fleetWorkers`:
 *   of each cluster. `child`: the script that lives them.
 * @returns {Promise<{ seconds: number, failed: string[], lateSeconds: number[], lost: number }>}
 */
export async function manyLives(around, { clusters, lives: count, child = at('children/many-lives.js'), ...how }) {
  const instances = [];
  for (let each = 0; each <= count; each += 1) {
    const cluster = clusters[each % clusters.length];
    instances.push({ cluster, ...(await around.anAppliance(cluster)) });
  }
  const [first] = instances;
  const region = first.env.AWS_REGION;
  const { memorySettings } = await import('../../build/demo/agent-process.js');
  // They keep the heaps of one agent small; a process that is hundreds of them does nothing but collect garbage then.
  const env = Object.fromEntries(Object.entries(first.env).filter(([name]) => !(name in memorySettings)));
  const input = {
    temporalAddress: around.temporal.address,
    instances: instances.map(({ instanceId, cluster, env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsEndpoint } }) => ({
      instanceId,
      cluster,
      imdsEndpoint,
      region,
    })),
    ...how,
  };
  return ask([child], input, { env });
}
