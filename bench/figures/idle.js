// What an agent that only serves takes from the dataplane beside it, and from Temporal.
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { countRequests } from '../grpc-counter.js';
import { median } from '../figure.js';
import { at, cpuMs, oneByOne, residentBytes, start } from '../processes.js';
import { spreadOf } from '../rounds.js';
import { startAgent, withSurroundings } from '../surroundings.js';
import { aBundle } from './startup-overhead.js';

const idleMs = 30_000;
const megabyte = 2 ** 20;
const reference = 'a Temporal worker pair of the bare SDK with as many queues, after a workflow of as many activities';

/** @type {import('../figure.js').Figure} */
export const idle = {
  name: 'idle',
  rows: [
    {
      name: 'idle-rss',
      what: 'memory of an agent that has been idle for 30 s after its startup, in MB',
      unit: 'MB',
      must: { atMost: 140, timesAtMost: 1.1 },
    },
    { name: 'idle-cpu', what: 'of a core, that an idle agent uses, in %', unit: '%', must: { atMost: 0.5 } },
    {
      name: 'polls',
      what: 'long polls of one API method that an idle agent holds open',
      unit: 'polls',
      must: { atMost: 2 },
    },
  ],
  run: ({ runs }) =>
    withSurroundings(async (around) => {
      const bundle = await aBundle();
      /** @type {Promise<Seen>[]} */
      const agents = [];
      /** @type {Promise<Seen>[]} */
      const pairs = [];
      const counters = [];
      // One starts after the other; then they are idle side by side.
      for (let run = 0; run < runs; run += 1) {
        const appliance = await around.anAppliance();
        const [ours, theirs] = await Promise.all([0, 1].map(() => countRequests(around.temporal.address)));
        counters.push(ours, theirs);
        const agent = startAgent({ ...appliance, env: { ...appliance.env, TEMPORAL_ADDRESS: ours.address } });
        await agent.inService();
        agents.push(idleOf(agent.child, ours));
        const pair = start([at('children/bare-pair.js'), bundle], {
          env: { ...appliance.env, TEMPORAL_ADDRESS: theirs.address },
        });
        await oneByOne(pair)();
        pairs.push(idleOf(pair, theirs));
      }
      rmSync(bundle);
      const [seen, bare] = [await Promise.all(agents), await Promise.all(pairs)];
      for (const counter of counters) counter.close();
      const row = (/** @type {'megabytes' | 'cpuPercent' | 'polls'} */ what) => ({
        value: median(seen.map((each) => each[what])),
        reference,
        referenceValue: median(bare.map((each) => each[what])),
      });
      return [
        { ...row('megabytes'), note: `half of the agents had ${spreadOf(seen.map(({ megabytes }) => megabytes))} MB.` },
        row('cpuPercent'),
        { ...row('polls'), note: `by method: ${seen[0].byMethod}.` },
      ];
    }),
};

/** @typedef {{ megabytes: number, cpuPercent: number, polls: number, byMethod: string }} Seen */

/**
 * @param {import('../processes.js').Child} child
 * @param {Awaited<ReturnType<typeof countRequests>>} counter
 * @returns {Promise<Seen>}
 */
async function idleOf(child, { open }) {
  await pause(idleMs);
  const megabytes = residentBytes(child) / megabyte;
  const before = cpuMs(child);
  await pause(idleMs);
  const used = cpuMs(child) - before;
  const held = [...open].filter(([, count]) => count > 0);
  return {
    megabytes,
    cpuPercent: (used / idleMs) * 100,
    polls: Math.max(...held.map(([, count]) => count)),
    byMethod: held.map(([method, count]) => `${method} ${count}`).join(', '),
  };
}
