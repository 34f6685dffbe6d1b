import { Command } from 'commander';
import { nearest } from '../../config/nearest.js';
import { UsageError } from '../../config/usage-error.js';

/** @param program all of the command line, read when it is asked about. */
export function helpCommand(program: Command): Command {
  return new Command('help')
    .description('Explain a command: the same as its --help.')
    .argument('[command]', 'which one')
    .addHelpText('after', '\nExit codes: 0 explained, 2 no such command.\n\nExample:\n  drawbridge help shutdown')
    .action((name?: string) => {
      if (name === undefined) program.outputHelp();
      else commandNamed(program, name, 'help: ').outputHelp();
    });
}

/** `drawbridge shutdwn --help` asks about no command that there is: without this, it would get the help of them all. */
export function refuseHelpOnNothing(program: Command): void {
  program.on('beforeHelp', () => {
    const [name] = program.args;
    if (name !== undefined && !name.startsWith('-')) commandNamed(program, name, '');
  });
}

/** @throws UsageError that names the command that was meant. */
function commandNamed(program: Command, name: string, where: string): Command {
  const found = program.commands.find((each) => each.name() === name);
  if (found !== undefined) return found;
  const names = program.commands.map((each) => each.name());
  const meant = nearest(name, names);
  throw new UsageError(
    `${where}found ${name}, ${meant === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${meant}?`}`,
  );
}
