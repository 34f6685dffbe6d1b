import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/simulator/simulator.js';
import { ManualClock, startSimulator } from '../../src/simulator/simulator.js';

const patienceMs = 60_000;

/** One thing that a person, a process or time does. */
const step = fc.record({
  kind: fc.constantFrom('RegisterTargets', 'DeregisterTargets', 'DescribeTargetHealth', 'token', 'gone', 'wait'),
  target: fc.integer({ min: 0, max: 2 }),
  ms: fc.integer({ min: 0, max: 60_000 }),
});

/** Lives through the steps in a world with flows, throttling and faults that hit by chance. */
async function live(seed: number, steps: readonly { kind: string; target: number; ms: number }[]) {
  const clock = new ManualClock();
  const sim = await startSimulator({ clock, throttling: { elbv2Describe: { capacity: 3, perSecond: 0.1 } } });
  const { arn } = sim.createTargetGroup({ vpcId: 'vpc-1', registrationDelaySeconds: 1 });
  const made = [1, 2, 3].map(() => sim.createInstance({ vpcId: 'vpc-1', probe: 'healthy' }));
  const instances = await Promise.all(made);
  sim.addFault({ kind: 'error', code: 'InternalFailure', status: 500, probability: 0.3, seed });
  sim.addFault({ kind: 'staleRead', seconds: 5, probability: 0.5, seed });
  sim.startTraffic(arn, { ratePerSecond: 3, seed });
  const ask = (action: string, id: string) =>
    fetch(sim.endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        Action: action,
        Version: '2015-12-01',
        TargetGroupArn: arn,
        'Targets.member.1.Id': id,
      }),
    }).then((response) => response.text());
  const answers: string[] = [];
  for (const { kind, target, ms } of steps) {
    const instance = instances[target];
    if (!instance) continue;
    if (kind === 'wait') await clock.advance(ms);
    else if (kind === 'gone') sim.setProbe(instance.instanceId, 'gone');
    else if (kind === 'token') await fetch(`${instance.imdsEndpoint}/latest/api/token`, { method: 'PUT' });
    else answers.push(await ask(kind, instance.instanceId));
  }
  const { journal, transitions } = sim;
  const flows = sim.flows(arn);
  await sim.close();
  return { journal: journal.map(withoutWall), transitions, flows, answers: answers.map(withoutRequestId) };
}

const withoutWall = (entry: JournalEntry) => ({ ...entry, wallAt: 0 });

const withoutRequestId = (answer: string) => answer.replace(/<RequestId>.*?<\/RequestId>/, '');

describe('a simulator', () => {
  it('gives the same journal, the same answers and the same flows for the same seed', { timeout: patienceMs }, () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(step, { maxLength: 15 }), async (seed, steps) => {
        expect(await live(seed, steps)).toEqual(await live(seed, steps));
      }),
      { numRuns: 25 },
    ),
  );

  it('gives another journal for another seed', async () => {
    const steps = Array.from({ length: 30 }, () => ({ kind: 'DescribeTargetHealth', target: 0, ms: 0 }));
    expect((await live(1, steps)).journal).not.toEqual((await live(2, steps)).journal);
  });
});
