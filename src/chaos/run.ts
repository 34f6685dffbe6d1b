import { sayHealth } from '../domain/target-health.js';
import { check } from './check.js';
import type { Broken, InvariantName } from './check.js';
import type { AgentRun, Evidence } from './evidence.js';
import { live } from './life.js';
import { planLife } from './planning.js';
import { sayPlan } from './say.js';
import type { Stage } from './stage.js';

/** A life that was lived and judged; `broken` is empty when it passed. */
export interface Judged {
  readonly seed: number;
  readonly broken: readonly Broken[];
  readonly tookMs: number;
}

export interface RunOptions {
  readonly stage: Stage;
  readonly seeds: Iterable<number>;
  readonly atOnce: number;
  readonly only?: readonly InvariantName[];
  /** Flags that a life needs, beside its seed, to be lived and judged again in the same way. */
  readonly flags?: readonly string[];
  readonly log: (line: string) => void;
  /** No further life begins once this says so. */
  readonly isEnough?: (judged: readonly Judged[]) => boolean;
}

/** How many of an agent's lines are shown of a life that failed. */
const shownLines = 25;

/** How far apart lives begin, so that they do not all start their agents at the same moment. */
const apartMs = 400;

/** Lives the lives of these seeds, so many at once, and judges each. */
export async function run({
  stage,
  seeds,
  atOnce,
  only,
  flags = [],
  log,
  isEnough = () => false,
}: RunOptions): Promise<Judged[]> {
  const judged: Judged[] = [];
  const waiting = seeds[Symbol.iterator]();
  const worker = async (index: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, index * apartMs));
    for (let next = waiting.next(); next.done !== true && !isEnough(judged); next = waiting.next()) {
      judged.push(await judge(next.value));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => worker(index)));
  return judged;

  async function judge(seed: number): Promise<Judged> {
    const plan = planLife(seed);
    const beganAt = Date.now();
    try {
      const evidence = await live(stage, plan);
      const broken = check(evidence, only);
      log(`${broken.length === 0 ? 'ok  ' : 'FAIL'} ${summary(evidence)}`);
      if (broken.length > 0) report(evidence, broken);
      return { seed, broken, tookMs: Date.now() - beganAt };
    } catch (error) {
      const sentence = `the life could not be lived: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      log(`FAIL ${seed}\n${[...sayPlan(plan), sentence, replay(seed)].map((line) => `     ${line}`).join('\n')}`);
      return { seed, broken: [{ invariant: 'endings', sentence }], tookMs: Date.now() - beganAt };
    }
  }

  function replay(seed: number): string {
    return `replay: npm run chaos -- ${['--runs', '1', '--seed', seed, ...flags].join(' ')}`;
  }

  function report(evidence: Evidence, broken: readonly Broken[]): void {
    const lines = evidence.runs.flatMap(linesOf).slice(-shownLines);
    const shown = [
      ...sayPlan(evidence.plan),
      ...broken.map(({ invariant, sentence }) => `BROKEN ${invariant}: ${sentence}`),
      'last lines of the agent:',
      ...lines.map((text) => `  ${text}`),
      replay(evidence.plan.seed),
    ];
    log(shown.map((line) => `     ${line}`).join('\n'));
  }
}

function linesOf({ lines, end }: AgentRun): string[] {
  const ended = end === undefined ? 'still runs' : `ended with ${end.signal ?? String(end.code)}`;
  return [...lines.map(({ text }) => text), `(${ended})`];
}

function summary({ plan, beganAt, endedAt, workflows, flows, finalHealth }: Evidence): string {
  const ends = workflows.map(({ type, status, receipt }) => `${type} ${receipt?.outcome ?? status}`).join(', ');
  const took = `${((endedAt - beganAt) / 1_000).toFixed(1)} s`;
  return `seed ${plan.seed}  ${took}  ${plan.incidents.length} incidents  ${ends || 'no workflow'}; ${flows?.opened ?? 0} flows; target ${finalHealth === undefined ? 'without group' : sayHealth(finalHealth)}`;
}
