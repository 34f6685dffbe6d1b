import { Command } from 'commander';
import { oneOf } from '../one-of.js';

/** @param program all of the command line, read when it is asked about. */
export function helpCommand(program: Command): Command {
  const command = new Command('help').description('Explain a command: the same as its --help.');
  return command
    .addHelpText('after', '\nExit codes: 0 explained, 2 no such command.\n\nExample:\n  drawbridge help shutdown')
    .argument('[command]', 'which one')
    .action((name?: string) => {
      const names = program.commands.map((each) => each.name());
      if (name !== undefined) oneOf('command', names, '').parseArg?.(name, undefined);
      (program.commands.find((each) => each.name() === name) ?? program).outputHelp();
    });
}
