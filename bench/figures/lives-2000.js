// Whether an agent or a fleet worker that has lived for long keeps more than one that has not.
import { collecting, growth } from '../memory.js';
import { at, oneByOne, start } from '../processes.js';
import { withSurroundings } from '../surroundings.js';

const lives = 2_000;
/** Lives before that fill caches and the pools of connections. */
const settled = 200;
const sampleEvery = 100;

const kilobyte = 2 ** 10;
const megabyte = 2 ** 20;

/** @param {string} who */
const row = (who) => ({
  name: `lives-2000 ${who}`,
  what: `memory that one more life costs ${who === 'agent' ? 'an agent' : 'a fleet worker'} that has seen 200, in KB`,
  unit: 'KB',
  must: { atMost: 2 },
});

/** @type {import('../figure.js').Figure} */
export const lives2000 = {
  name: 'lives-2000',
  rows: [row('agent'), row('worker')],
  run: async () => {
    const { scaledClock } = await import('../../build/simulator/clock.js');
    return withSurroundings(
      async (around) => {
        const cluster = `bench-${process.pid}`;
        const { instanceId, env } = await around.anAppliance();
        const child = (/** @type {readonly string[]} */ ...args) =>
          oneByOne(start([...collecting, at('children/lives.js'), cluster, ...args], { env }));
        const worker = child();
        const agent = child(instanceId, String(sampleEvery));
        const kept = /** @type {{ lives: number, bytes: number }[][]} */ ([[], []]);
        for (let over = sampleEvery; over <= lives; over += sampleEvery) {
          kept[0].push({ lives: over, bytes: await agent() });
          kept[1].push({ lives: over, bytes: await worker() });
        }
        return kept.map((samples) => ({
          value: growth(samples, settled) / kilobyte,
          note: `one run; ${samples.map(({ bytes }) => (bytes / megabyte).toFixed(1)).join(', ')} MB after each ${sampleEvery} lives.`,
        }));
      },
      // Health checks and deregistration delays cost no time then.
      { simulator: { clock: scaledClock(100), throttling: 'off' } },
    );
  },
};
