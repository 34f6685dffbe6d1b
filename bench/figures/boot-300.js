// Whether a fleet that boots at once gets through the limits of AWS, and wastes none of them.
import { inSlowMotion } from '../slow-motion.js';
import { cluster, withSurroundings } from '../surroundings.js';
import { manyLives } from './lives-500.js';

const agents = 300;
/** Their workflows wait for AWS most of the time, in the caches of these. */
const fleetWorkers = 15;
/** Seconds on the wall for one of AWS's and of the agents': 300 agents have 600 cores or more, here they share two. */
const slowness = 4;

/** @type {import('../figure.js').Figure} */
export const boot300 = {
  name: 'boot-300',
  what: '300 startups at once under the published limits of ELBv2, to the last RegisterTargets, in s',
  unit: 's',
  must: { timesAtMost: 1.15 },
  async run() {
    const { scaledClock } = await import('../../build/simulator/clock.js');
    const { child, remove } = await inSlowMotion(slowness);
    try {
      return await withSurroundings(
        async (around) => {
          const how = { clusters: [cluster], lives: agents, fleetWorkers, child: child('many-lives.js') };
          const { failed } = await manyLives(around, how);
          if (failed.length > 0) throw new Error(`${failed.length} of ${agents} startups failed: ${failed[0]}`);
          // The first one was alone, to see whether all is ready.
          const [, ...tried] = around.simulator.requests('RegisterTargets');
          const taken = tried.filter(({ outcome }) => outcome.status === 200);
          return {
            value: (taken[taken.length - 1].at - tried[0].at) / 1_000,
            reference: `what the token bucket of RegisterTargets takes for ${agents}`,
            referenceValue: await bucketSeconds(),
            note: `one run, ${slowness} times as slow as the clock that it is measured by. No startup failed; ${tried.length - taken.length} of ${tried.length} requests were throttled.`,
          };
        },
        // A health check with AWS's defaults: those that are registered look meanwhile, and take tokens of the others' discovery.
        { inFile: true, healthCheck: {}, simulator: { clock: scaledClock(1 / slowness) } },
      );
    } finally {
      await remove();
    }
  },
};

async function bucketSeconds() {
  const { limitOf } = await import('../../build/simulator/throttling/limits.js');
  const request = /** @type {const} */ ({ service: 'elbv2', action: 'RegisterTargets', isFiltered: true });
  const found = limitOf(request, 'published');
  if (found === undefined) throw new Error('found no published limit of RegisterTargets, expected one');
  return (agents - found.limit.capacity) / found.limit.perSecond;
}
