import { Command } from 'commander';
import { commands } from './commands.js';
import { refuseHelpOnNothing } from './unknown-command.js';
import { version } from './version.js';

const help = `
Exit codes: 0 done, 1 it did not end as it should, 2 bad flags or settings,
130 stopped watching by Ctrl-C. Each command's help has its own.

Examples:
  drawbridge demo                              see it work, without AWS
  drawbridge agent --cluster fw-prod           on an appliance
  drawbridge status --cluster fw-prod --watch  from anywhere
  drawbridge help shutdown                     more on one command`;

/**
 * The whole command line. Parsing it runs a command.
 *
 * @param words - what was typed. Commands that are not named in it are there by name and description only: to load what they
 *   all need costs more than most of them do. Without it all are whole.
 */
export async function buildProgram(words?: readonly string[]): Promise<Command> {
  const takes = new Map<string, string>();
  const program = new Command('drawbridge')
    .description(
      'Brings AWS Gateway Load Balancer appliances into service and takes them out without losing flows, on Temporal.',
    )
    .version(version)
    .exitOverride()
    .configureHelp({
      helpWidth: Math.min(process.stdout.columns || 80, 100),
      subcommandTerm: (command) => `${command.name()} ${takes.get(command.name()) ?? ''}`.trimEnd(),
    })
    .configureOutput({ outputError: (text, write) => write(inOurWords(text)) })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText('after', help);
  // The script that completes has the flags of them all.
  const isWhole = (name: string) => words === undefined || words.includes(name) || words.includes('completion');
  for (const [heading, listed] of Object.entries(commands)) {
    for (const [name, row] of Object.entries(listed)) {
      takes.set(name, row.takes);
      const command = new Command(name).description(row.does).helpGroup(heading);
      if (isWhole(name)) (await row.load())(command, program);
      program.addCommand(command.exitOverride().copyInheritedSettings(program));
    }
  }
  refuseHelpOnNothing(program);
  return program;
}

/** What the parser says, as we say it: `drawbridge: <shell>: found "csh", expected one of bash, zsh, fish`. */
const inOurWords = (text: string): string =>
  text
    .replace(/^error: command-argument value '(.*)' is invalid for argument '(.*)'\. E/, 'error: <$2>: found "$1", e')
    .replace(
      /^error: option '(\S+).*' argument '(.*)' is invalid\. Allowed choices are (.*)\./,
      'error: $1: found "$2", expected one of $3',
    )
    .replace(/^error: /, 'drawbridge: ');
