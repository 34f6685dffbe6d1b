// How long a person waits for a command that has nothing to do.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { start } from '../processes.js';
import { inTurns } from '../rounds.js';
import { cli } from '../surroundings.js';

const flags = ['--version', '--help'];

/** @type {import('../figure.js').Figure} */
export const cliStart = {
  name: 'cli-start',
  rows: flags.map((flag) => ({
    name: `cli-start ${flag}`,
    what: `"drawbridge ${flag}" from its start to its end, in ms`,
    unit: 'ms',
    must: { moreAtMost: 100 },
  })),
  async run({ runs }) {
    const [version, help, node] = [
      [cli, flags[0]],
      [cli, flags[1]],
      ['-e', '0'],
    ].map((args) => () => timeOf(args));
    const measured = await inTurns(runs, { version, help, node });
    return [measured.version, measured.help].map(({ median, spread }) => ({
      value: median,
      reference: '"node -e 0"',
      referenceValue: measured.node.median,
      note: `half of the runs took ${spread} ms, those of the reference ${measured.node.spread} ms.`,
    }));
  },
};

/** @param {readonly string[]} args @returns {Promise<number>} */
async function timeOf(args) {
  const startedAt = performance.now();
  const child = start(args);
  child.stdout.resume();
  await once(child, 'exit');
  return performance.now() - startedAt;
}
