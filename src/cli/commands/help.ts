import type { Command } from 'commander';
import { exitCodesOf } from '../exit-codes.js';
import { commandNamed } from '../unknown-command.js';

/** @param program all of the command line, read when it is asked about. */
export function helpCommand(command: Command, program: Command): Command {
  return command
    .argument('[command]', 'which one')
    .addHelpText('after', `\n${exitCodesOf('help')}\n\nExample:\n  drawbridge help shutdown`)
    .action((name?: string) => {
      if (name === undefined) program.outputHelp();
      else commandNamed(program, name).outputHelp();
    });
}
