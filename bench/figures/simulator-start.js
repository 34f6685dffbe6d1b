// How long a person, or a test in another language, waits for a simulator.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { median } from '../figure.js';
import { ask, at, firstLine, start, stop } from '../processes.js';

/** Runs that nobody counts: after them the files are in the cache of the operating system. */
const warmUps = 2;

/** @type {import('../figure.js').Figure} */
export const simulatorStart = {
  name: 'simulator-start',
  what: 'from the start of the process "drawbridge simulate" to its endpoint, in ms',
  unit: 'ms',
  must: { atMost: 300 },
  async run({ runs }) {
    const times = { simulate: /** @type {number[]} */ ([]), node: /** @type {number[]} */ ([]) };
    for (let run = -warmUps; run < runs; run += 1) {
      const [simulate, node] = [await timeToEndpoint(), await timeOfNothing()];
      if (run < 0) continue;
      times.simulate.push(simulate);
      times.node.push(node);
    }
    const inProcess = await ask([at('children/start-in-process.js')], { runs });
    return {
      value: median(times.simulate),
      reference: '"node -e 0", from its start to its end',
      referenceValue: median(times.node),
      note:
        `in a process that has loaded it, startSimulator() takes ${inProcess.startMs.toFixed(1)} ms (the first time ` +
        `${inProcess.firstStartMs.toFixed(1)} ms); loading it takes ${inProcess.loadMs.toFixed(0)} ms once.`,
    };
  },
};

/** @returns {Promise<number>} milliseconds until the line with the endpoint is there. */
async function timeToEndpoint() {
  const startedAt = performance.now();
  const child = start([at('../dist/cli/main.js'), 'simulate', '--json']);
  const { endpoint } = JSON.parse(await firstLine(child));
  const elapsed = performance.now() - startedAt;
  if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(endpoint)) throw new Error(`simulate printed no endpoint but ${endpoint}`);
  await stop(child);
  return elapsed;
}

/** @returns {Promise<number>} milliseconds of a Node process that does nothing. */
async function timeOfNothing() {
  const startedAt = performance.now();
  await once(start(['-e', '0']), 'exit');
  return performance.now() - startedAt;
}
