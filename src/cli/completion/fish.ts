import type { CommandWords } from './words.js';

/** For fish. */
export function fish(commands: readonly CommandWords[]): string {
  return [
    '# fish completion for drawbridge',
    'complete -c drawbridge -f',
    "complete -c drawbridge -n __fish_use_subcommand -l help -d 'display help'",
    "complete -c drawbridge -n __fish_use_subcommand -l version -d 'output the version number'",
    ...commands.flatMap(linesOf),
    '',
  ].join('\n');
}

function linesOf({ name, description, flags, args }: CommandWords): string[] {
  const within = `complete -c drawbridge -n 'contains -- ${name} (commandline -opc)[2]'`;
  return [
    `complete -c drawbridge -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ...args.flatMap(({ choices }) => (choices.length === 0 ? [] : [`${within} -a '${choices.join(' ')}'`])),
    ...flags.map(({ long, description: what, value }) => {
      const takes = value === undefined ? '' : value.isFile ? ' -r -F' : ` -x${words(value.choices)}`;
      return `${within} -l ${long.slice(2)} -d ${quote(what)}${takes}`;
    }),
  ];
}

const words = (choices: readonly string[]): string => (choices.length === 0 ? '' : ` -a '${choices.join(' ')}'`);

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
