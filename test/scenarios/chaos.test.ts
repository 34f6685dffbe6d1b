import { expect, inject, it } from 'vitest';
import { run } from '../../src/chaos/run.js';
import { setStage } from '../../src/chaos/stage.js';

/** A shorter run of those in docs/chaos.md. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

it(
  'lives under random faults keep every invariant (I1 to I9), cut no flow and leave no target behind',
  { timeout: 180_000 },
  async ({ onTestFinished }) => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const stage = await setStage({ log, temporalAddress: inject('temporalAddress') });
    onTestFinished(() => stage.close());
    const judged = await run({ stage, seeds, atOnce: 5, log });
    expect(judged).toHaveLength(seeds.length);
    expect(
      judged.flatMap(({ broken }) => broken),
      lines.join('\n'),
    ).toEqual([]);
  },
);
