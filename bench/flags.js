// The command line of the bench. Pure.
import { parseArgs } from 'node:util';

/** A command line that is none. Its message is one line for the person who typed it. */
export class UsageError extends Error {}

/**
 * @param {readonly string[]} given
 * @param {readonly string[]} names - Of the figures that there are.
 * @returns {{ list: boolean, json: string | undefined, only: readonly string[], node: string | undefined, profile: boolean, cpuProf: string | undefined }} `only` names all figures when none is asked for.
 * @throws {UsageError}
 */
export function readFlags(given, names) {
  const { list = false, json, only = names, node, profile = false, 'cpu-prof': cpuProf } = parse(given);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: expected one of ${names.join(', ')}`);
  if (json === '') throw new UsageError('--json: expected a file');
  if (node === '') throw new UsageError('--node: expected the path of a Node');
  if (cpuProf !== undefined && !profile) throw new UsageError('--cpu-prof: expected --profile with it');
  return { list, json, only, node, profile, cpuProf };
}

/** @param {readonly string[]} given */
function parse(given) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        list: { type: 'boolean' },
        json: { type: 'string' },
        only: { type: 'string', multiple: true },
        node: { type: 'string' },
        profile: { type: 'boolean' },
        'cpu-prof': { type: 'string' },
      },
    }).values;
  } catch (error) {
    // Node's message goes on with advice about `--` after the first sentence.
    throw new UsageError(String(error instanceof Error ? error.message : error).split('. ', 1)[0]);
  }
}
