import type { Command } from 'commander';
import { nearest } from '../config/nearest.js';

/** `drawbridge shutdwn --help` asks about no command that there is: without this, it would get the help of them all. */
export function refuseHelpOnNothing(program: Command): void {
  program.on('beforeHelp', () => {
    const [name] = program.args;
    if (name !== undefined && !name.startsWith('-')) commandNamed(program, name);
  });
}

/** Ends as Commander does where a command that is none is run, in the same words. */
export function commandNamed(program: Command, name: string): Command {
  const found = program.commands.find((each) => each.name() === name);
  if (found !== undefined) return found;
  const meant = nearest(
    name,
    program.commands.map((each) => each.name()),
  );
  return program.error(`error: unknown command '${name}'${meant === undefined ? '' : `\n(Did you mean ${meant}?)`}`);
}
