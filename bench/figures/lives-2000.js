// Whether a worker that has lived for long keeps more than one that has not.
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { growth } from '../memory.js';
import { ask, at, firstLine, start } from '../processes.js';

const lives = 2_000;
/** Lives before that fill the workers' caches and the pools of their connections. */
const settled = 500;
const sampleEvery = 100;
/** Side by side in one process, so that 2,000 lives take minutes. */
const appliances = 4;

const megabyte = 2 ** 20;

/** @type {import('../figure.js').Figure} */
export const lives2000 = {
  name: 'lives-2000',
  what: 'memory that 1,000 more lives cost a worker process that has lived 500, in MB',
  unit: 'MB',
  must: { atMost: 10 },
  async run() {
    const [{ obtainTemporalCli }, { startTemporalServer }, { allocatorSettings }] = await Promise.all([
      import('../../build/demo/temporal-cli.js'),
      import('../../build/demo/temporal-server.js'),
      import('../../build/demo/agent-process.js'),
    ]);
    const log = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
    const server = await startTemporalServer({ cliPath: await obtainTemporalCli({ log }), log });
    const world = aWorld();
    try {
      const simulator = start([at('../dist/cli/main.js'), 'simulate', '--json', '--scenario', world]);
      const { instances } = JSON.parse(await firstLine(simulator));
      const common = { temporalAddress: server.address, lives, sampleEvery };
      const env = allocatorSettings;
      const ours = await ask([at('children/lives.js')], { ...common, appliances: instances }, { env });
      const bare = await ask([at('children/bare-lives.js')], { ...common, workers: appliances }, { env });
      const perThousand = (
        /** @type {import('../memory.js').Sample[]} */ samples,
        /** @type {'rss' | 'heap'} */ what,
      ) => (growth(samples, what, settled) * 1_000) / megabyte;
      const [first, last] = [ours.find(({ lives: over }) => over >= settled), ours.at(-1)];
      return {
        value: perThousand(ours, 'rss'),
        reference: 'workers of the bare SDK, whose activities do nothing',
        referenceValue: perThousand(bare, 'rss'),
        note:
          `one run. ${describe(first)} after ${first.lives} lives, ${describe(last)} after ${last.lives}; the JavaScript heap ` +
          `grew by ${perThousand(ours, 'heap').toFixed(2)} MB for 1,000 lives, that of the reference by ${perThousand(bare, 'heap').toFixed(2)} MB.`,
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
