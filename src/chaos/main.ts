/** `npm run chaos`: random faults at random times against random lives. See docs/chaos.md. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { invariantNames } from './check.js';
import type { InvariantName } from './check.js';
import { makeMutant } from './mutant.js';
import { mutations } from './mutations.js';
import type { Mutation } from './mutations.js';
import { prove } from './prove.js';
import { run } from './run.js';
import { setStage } from './stage.js';

interface Flags {
  readonly runs: number;
  readonly seed: number;
  readonly atOnce: number;
  readonly only: readonly InvariantName[];
  readonly mutation?: Mutation;
  readonly mutations?: boolean;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const command = new Command('chaos')
  .description('Lives lives of real agents under random faults, and checks the invariants on what was seen of them.')
  .option('--runs <n>', 'how many lives; for a mutation, at most', count, 50)
  .option('--seed <n>', 'of the first life; the next life has the next seed', wholeNumber, 1)
  .option('--at-once <n>', 'how many lives at a time', count, 10)
  .option('--only <invariant>', `check this one only: ${invariantNames.join(', ')}`, invariant, invariantNames)
  .option('--mutation <name>', 'break the product in this way, which some life has to notice', mutationNamed)
  .option('--mutations', 'prove for every mutation, or the one named, that it is noticed')
  .addHelpText('after', `\nMutations: ${mutations.map(({ name }) => name).join(', ')}`)
  .exitOverride();

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  const { mutations: proveAll, ...flags } = command.parse().opts<Flags>();
  process.exit(proveAll === true ? await proved(flags) : await lived(flags));
} catch (error) {
  if (!(error instanceof CommanderError)) say(`chaos: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  process.exit(error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : 1);
}

/** @returns the exit code: 0 only if no life broke anything. */
async function lived({ runs, seed, atOnce, only, mutation }: Flags): Promise<number> {
  const mutant = mutation && (await makeMutant(mutation));
  const stage = await setStage({ log: say, ...(mutant && { product: mutant.product }) });
  const seeds = Array.from({ length: runs }, (_, index) => seed + index);
  const flags = [
    ...(only.length < invariantNames.length ? ['--only', ...only] : []),
    ...(mutation ? ['--mutation', mutation.name] : []),
  ];
  const judged = await run({ stage, seeds, atOnce, only, flags, log: say }).finally(async () => {
    await stage.close();
    await mutant?.remove();
  });
  return conclude(judged.length, judged.filter(({ broken }) => broken.length > 0).length);
}

async function proved({ runs, seed, atOnce, mutation }: Flags): Promise<number> {
  const chosen = mutation === undefined ? mutations : [mutation];
  return conclude(chosen.length, await prove({ mutations: chosen, atMost: runs, seed, atOnce, log: say }));
}

/** The last line. */
function conclude(all: number, failed: number): number {
  say(`${all - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Found ${text}, expected a whole number.`);
}

function count(text: string): number {
  if (wholeNumber(text) > 0) return wholeNumber(text);
  throw new InvalidArgumentError(`Found ${text}, expected 1 or more.`);
}

function invariant(text: string): InvariantName[] {
  const name = invariantNames.find((known) => known.toLowerCase() === text.toLowerCase());
  if (name !== undefined) return [name];
  throw new InvalidArgumentError(`Found ${text}, expected one of ${invariantNames.join(', ')}.`);
}

function mutationNamed(text: string): Mutation {
  const mutation = mutations.find(({ name }) => name === text);
  if (mutation !== undefined) return mutation;
  throw new InvalidArgumentError(`Found ${text}, expected one of ${mutations.map(({ name }) => name).join(', ')}.`);
}
