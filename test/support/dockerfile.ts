import { readFileSync } from 'node:fs';

export interface Instruction {
  /** Such as `COPY`. */
  readonly name: string;
  readonly args: string;
}

/** What one `FROM` begins. */
export interface Stage {
  readonly image: string;
  /** By which later stages copy from it. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of our Dockerfile, in their order. */
export function stages(): readonly Stage[] {
  const text = readFileSync('Dockerfile', 'utf8');
  // Comments go first: one may stand between the lines of an instruction.
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n');
  const found: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const [, name = '', args = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const [, image = '', as] = /^(\S+)(?: AS (\S+))?$/.exec(args) ?? [];
    if (name === 'FROM') found.push({ image, name: as, instructions: [] });
    else found.at(-1)?.instructions.push({ name, args });
  }
  return found;
}

/** The one that is run. */
export function lastStage(): Stage {
  const last = stages().at(-1);
  if (last === undefined) throw new Error('Dockerfile has no FROM, expected one');
  return last;
}

/** Of the last instruction of this name, as of those only the last one counts. @throws when there is none. */
export function argsOf({ instructions }: Stage, name: string): string {
  const args = instructions.findLast((each) => each.name === name)?.args;
  if (args === undefined) throw new Error(`Dockerfile has no ${name}, expected one`);
  return args;
}

/** What `ENV` sets. */
export function environmentOf({ instructions }: Stage): Readonly<Record<string, string>> {
  const pairs = instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ args }) => args.trim().split(/\s+/))
    .map((pair) => /^(\w+)=(.*)$/.exec(pair)?.slice(1) as [string, string]);
  return Object.fromEntries(pairs);
}

export interface Copy {
  /** The stage that is copied from; undefined for the build context. */
  readonly stage: string | undefined;
  readonly from: readonly string[];
  readonly to: string;
}

export function copyOf({ args }: Instruction): Copy {
  const [, stage, paths = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(args) ?? [];
  const words = paths.split(/\s+/);
  return { stage, from: words.slice(0, -1), to: words.at(-1) ?? '' };
}
