// Whether a fleet that boots at once gets through the limits of AWS, and wastes none of them.
import { withSurroundings } from '../surroundings.js';
import { manyLives } from './lives-500.js';

const agents = 300;
/** Their workflows wait for AWS most of the time, in the caches of these. */
const fleetWorkers = 15;

/** @type {import('../figure.js').Figure} */
export const boot300 = {
  name: 'boot-300',
  what: '300 startups at once under the published limits of ELBv2, to the last RegisterTargets, in s',
  unit: 's',
  must: { timesAtMost: 1.15 },
  run: () =>
    withSurroundings(
      async (around) => {
        const { failed } = await manyLives(around, { lives: agents, fleetWorkers });
        if (failed.length > 0) throw new Error(`${failed.length} of ${agents} startups failed: ${failed[0]}`);
        // The first one was alone, to see whether all is ready.
        const [, ...tried] = around.simulator.requests('RegisterTargets');
        const taken = tried.filter(({ outcome }) => outcome.status === 200);
        const seconds = (taken[taken.length - 1].wallAt - tried[0].wallAt) / 1_000;
        return {
          value: seconds,
          reference: `what the token bucket of RegisterTargets takes for ${agents}`,
          referenceValue: await bucketSeconds(),
          note: `one run. No startup failed; ${tried.length - taken.length} of ${tried.length} requests were throttled.`,
        };
      },
      { onDisk: true },
    ),
};

async function bucketSeconds() {
  const { limitOf } = await import('../../build/simulator/throttling/limits.js');
  const request = /** @type {const} */ ({ service: 'elbv2', action: 'RegisterTargets', isFiltered: true });
  const found = limitOf(request, 'published');
  if (found === undefined) throw new Error('found no published limit of RegisterTargets, expected one');
  return (agents - found.limit.capacity) / found.limit.perSecond;
}
