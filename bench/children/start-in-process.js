// Times startSimulator() where it is already loaded, as in a test: first, and then the median.
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import { median } from '../figure.js';

const { runs } = /** @type {{ runs: number }} */ (await json(process.stdin));
const loadingAt = performance.now();
const { startSimulator } = await import('../../build/simulator/simulator.js');
const loadMs = performance.now() - loadingAt;

const times = [];
for (let run = 0; run <= runs; run += 1) {
  const startedAt = performance.now();
  const simulator = await startSimulator();
  times.push(performance.now() - startedAt);
  await simulator.close();
}
const [firstStartMs, ...others] = times;
process.stdout.write(`${JSON.stringify({ loadMs, firstStartMs, startMs: median(others) })}\n`);
