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
  /** Whether the sound product broke it in the same life, so that nothing was noticed of the mutation. */
  readonly isBlind: boolean;
  readonly seconds: number;
}

/**
 * Lives lives with each mutated product until one breaks the invariant, and that one again with the sound product, which has to keep
 * it. @returns how many mutations were not noticed so.
 */
export async function prove({ mutations, log, ...options }: ProveOptions): Promise<number> {
  const proofs: Proof[] = [];
  for (const mutation of mutations) {
    log(`\n${mutation.name}: ${mutation.story}; ${mutation.breaks} has to notice`);
    proofs.push(await proveOne(mutation, { ...options, log }));
  }
  log(`\n${tableOf(head, proofs.map(row))}`);
  return proofs.filter(({ lives, isBlind }) => lives === undefined || isBlind).length;
}

async function proveOne(
  mutation: Mutation,
  { atMost, seed, atOnce, log }: Omit<ProveOptions, 'mutations'>,
): Promise<Proof> {
  const beganAt = Date.now();
  const isCaught = ({ broken }: Judged) => broken.some(({ invariant }) => invariant === mutation.breaks);
  const liveWith = async (product: string | undefined, seeds: readonly number[]): Promise<Judged[]> => {
    const stage = await setStage({ log, ...(product === undefined ? {} : { product }) });
    const say = (line: string) => log(firstLineOf(line));
    const isEnough = (lives: readonly Judged[]) => lives.some(isCaught);
    return run({ stage, seeds, atOnce, log: say, isEnough }).finally(() => stage.close());
  };
  const from = mutation.firstSeed ?? seed;
  const mutant = await makeMutant(mutation);
  const judged = await liveWith(
    mutant.product,
    Array.from({ length: atMost }, (_, index) => from + index),
  ).finally(() => mutant.remove());
  const first = judged.findIndex(isCaught);
  const caught = judged[first];
  return {
    mutation,
    lives: caught && first + 1,
    seed: caught?.seed,
    isBlind: caught !== undefined && (await liveWith(undefined, [caught.seed])).some(isCaught),
    seconds: Math.round((Date.now() - beganAt) / 1_000),
  };
}

/** What a life broke is shown; the plan and the lines of an agent that was made to fail are not. */
const firstLineOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('     ') || line.includes('BROKEN'))
    .join('\n');

const head = ['mutation', 'breaks', 'caught after', 'by seed', 'took'];
const row = ({ mutation, lives, seed, isBlind, seconds }: Proof): string[] => [
  mutation.name,
  mutation.breaks,
  sayCaught(lives, isBlind),
  String(seed ?? '-'),
  `${seconds} s`,
];

function sayCaught(lives: number | undefined, isBlind: boolean): string {
  if (lives === undefined) return 'NOT CAUGHT';
  return isBlind ? 'BROKEN WITHOUT IT TOO' : `${lives} ${lives === 1 ? 'life' : 'lives'}`;
}
