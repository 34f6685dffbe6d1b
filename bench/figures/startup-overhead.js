// What our workflow costs beyond a workflow.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { at, firstLine, oneByOne, start } from '../processes.js';
import { inTurns } from '../rounds.js';
import { withSurroundings } from '../surroundings.js';

/** Before each run. */
const restMs = 500;

/** @type {import('../figure.js').Figure} */
export const startupOverhead = {
  name: 'startup-overhead',
  what: 'a startup less its time in AWS, beside a workflow of as many activities that do nothing, in ms',
  unit: 'ms',
  must: { timesAtMost: 1.25 },
  run: ({ runs }) =>
    withSurroundings(async (around) => {
      const bundle = await aBundle();
      try {
        // Registered and healthy from the first run on: no run waits for its target.
        const { instanceId, env } = await around.anAppliance();
        const startup = oneByOne(start([at('children/startups.js'), instanceId], { env }));
        const nothing = oneByOne(start([at('children/bare-pair.js'), bundle, 'few-polls'], { env }));
        const measured = await inTurns(8 * runs, { startup: rested(startup), nothing: rested(nothing) });
        return {
          value: measured.startup.median,
          reference:
            'a workflow of the bare SDK with as many activities that do nothing, on as many queues, polled alike',
          referenceValue: measured.nothing.median,
          note: `half of the runs took ${measured.startup.spread} ms, those of the reference ${measured.nothing.spread} ms.`,
        };
      } finally {
        rmSync(bundle);
      }
    }),
};

/**
 * A server hands on ten tasks a second between the partitions of a queue (matching.forwarderMaxRatePerSecond), which a life alone
 * keeps to; with one life after the other, tasks wait for an agent's single poll (measured: up to 90 ms). AWS's limits are kept to as well.
 *
 * @param {() => Promise<number>} measure
 */
const rested = (measure) => async () => {
  await setTimeout(restMs);
  return measure();
};

/** @returns {Promise<string>} the file of the reference's workflows. */
export async function aBundle() {
  const file = join(tmpdir(), `drawbridge-bench-workflows-${process.pid}.js`);
  await firstLine(start([at('children/bundle.js'), file]));
  return file;
}
