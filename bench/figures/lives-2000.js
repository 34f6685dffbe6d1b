// Whether a worker that has lived for long keeps more than one that has not.
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { growth } from '../memory.js';
import { ask, at, firstLine, start } from '../processes.js';
import { aTemporalServer } from '../surroundings.js';

const lives = 2_000;
/** Lives before that fill the workers' caches and the pools of their connections. */
const settled = 200;
const sampleEvery = 100;
/** Side by side in one process, so that 2,000 lives take minutes. */
const appliances = 4;

const kilobyte = 2 ** 10;
const megabyte = 2 ** 20;

/** @type {import('../figure.js').Figure} */
export const lives2000 = {
  name: 'lives-2000',
  what: 'memory that one more life costs agents that have lived 200, in KB',
  unit: 'KB',
  must: { atMost: 2 },
  async run() {
    const { allocatorSettings } = await import('../../build/demo/agent-process.js');
    const server = await aTemporalServer();
    const world = aWorld();
    try {
      const simulator = start([at('../dist/cli/main.js'), 'simulate', '--json', '--scenario', world]);
      const { instances } = JSON.parse(await firstLine(simulator));
      const common = { temporalAddress: server.address, lives, sampleEvery };
      const env = allocatorSettings;
      const ours = await ask([at('children/lives.js')], { ...common, appliances: instances }, { env });
      const bare = await ask([at('children/bare-lives.js')], { ...common, workers: appliances }, { env });
      const perLife = (/** @type {import('../memory.js').Sample[]} */ samples, /** @type {'rss' | 'heap'} */ what) =>
        growth(samples, what, settled) / kilobyte;
      const [first, last] = [ours.find(({ lives: over }) => over >= settled), ours.at(-1)];
      return {
        value: perLife(ours, 'rss'),
        reference: 'workers of the bare SDK, whose activities do nothing',
        referenceValue: perLife(bare, 'rss'),
        note:
          `one run. ${describe(first)} after ${first.lives} lives, ${describe(last)} after ${last.lives}; the JavaScript heap ` +
          `grew by ${perLife(ours, 'heap').toFixed(2)} KB a life, that of the reference by ${perLife(bare, 'heap').toFixed(2)} KB.`,
      };
    } finally {
      rmSync(world);
      await server.stop();
    }
  },
};

/** @param {import('../memory.js').Sample} sample */
const describe = ({ rss }) => `${(rss / megabyte).toFixed(0)} MB`;

/** Its clock runs fast, so that health checks and drains cost no time; nothing is throttled. @returns {string} its file */
function aWorld() {
  const file = join(tmpdir(), `drawbridge-bench-${process.pid}.yaml`);
  const ids = Array.from({ length: appliances }, (_, index) => `i-${String(index + 1).padStart(17, '0')}`);
  const tags = { 'neuwerk:cluster': 'bench' };
  const vpcId = 'vpc-0123456789abcdef0';
  const instances = ids.map((instanceId) => ({ instanceId, vpcId, tags, probe: 'healthy' }));
  const group = { name: 'bench', vpcId, tags, protocol: 'GENEVE' };
  writeFileSync(
    file,
    stringify({ clock: { kind: 'scaled', speed: 100 }, throttling: 'off', instances, targetGroups: [group] }),
  );
  return file;
}
