import { tableOf } from '../cli/views/table.js';
import { makeMutant } from './mutant.js';
import type { Mutation } from './mutations.js';
import { run } from './run.js';
import type { Judged } from './run.js';
import { setStage } from './stage.js';

export interface ProveOptions {
  readonly mutations: readonly Mutation[];
  /** How many lives a mutation may take to be noticed. */
  readonly atMost: number;
  readonly seed: number;
  readonly atOnce: number;
  readonly log: (line: string) => void;
}

/** What became of one mutation. */
interface Proof {
  readonly mutation: Mutation;
  /** How many lives it took to be noticed; undefined when it was not. */
  readonly lives: number | undefined;
  readonly seed: number | undefined;
  readonly seconds: number;
}

/** Lives lives with each mutated product until one breaks the invariant. @returns how many mutations were not noticed. */
export async function prove({ mutations, log, ...options }: ProveOptions): Promise<number> {
  const proofs: Proof[] = [];
  for (const mutation of mutations) {
    log(`\n${mutation.name}: ${mutation.story}; ${mutation.breaks} has to notice`);
    proofs.push(await proveOne(mutation, { ...options, log }));
  }
  log(`\n${tableOf(head, proofs.map(row))}`);
  return proofs.filter(({ lives }) => lives === undefined).length;
}

async function proveOne(
  mutation: Mutation,
  { atMost, seed, atOnce, log }: Omit<ProveOptions, 'mutations'>,
): Promise<Proof> {
  const beganAt = Date.now();
  const mutant = await makeMutant(mutation);
  const stage = await setStage({ log, product: mutant.product });
  const isCaught = ({ broken }: Judged) => broken.some(({ invariant }) => invariant === mutation.breaks);
  try {
    const judged = await run({
      stage,
      seeds: Array.from({ length: atMost }, (_, index) => (mutation.firstSeed ?? seed) + index),
      atOnce,
      log: (line) => log(firstLineOf(line)),
      isEnough: (lives) => lives.some(isCaught),
    });
    const first = judged.findIndex(isCaught);
    return {
      mutation,
      lives: first === -1 ? undefined : first + 1,
      seed: judged[first]?.seed,
      seconds: Math.round((Date.now() - beganAt) / 1_000),
    };
  } finally {
    await stage.close();
    await mutant.remove();
  }
}

/** What a life broke is shown; the plan and the lines of an agent that was made to fail are not. */
const firstLineOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('     ') || line.includes('BROKEN'))
    .join('\n');

const head = ['mutation', 'breaks', 'caught after', 'by seed', 'took'];
const row = ({ mutation, lives, seed, seconds }: Proof): string[] => [
  mutation.name,
  mutation.breaks,
  lives === undefined ? 'NOT CAUGHT' : `${lives} ${lives === 1 ? 'life' : 'lives'}`,
  String(seed ?? '-'),
  `${seconds} s`,
];
