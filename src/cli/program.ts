import { Command } from 'commander';
import { agentCommand } from './commands/agent.js';
import { completionCommand } from './commands/completion.js';
import { configCommand } from './commands/config.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { execCommand } from './commands/exec.js';
import { extendCommand } from './commands/extend.js';
import { helpCommand, refuseHelpOnNothing } from './commands/help.js';
import { instanceCommand } from './commands/instance.js';
import { legacyCommand } from './commands/legacy.js';
import { receiptCommand } from './commands/receipt.js';
import { setupCommand } from './commands/setup.js';
import { shutdownCommand } from './commands/shutdown.js';
import { simulateCommand } from './commands/simulate.js';
import { startupCommand } from './commands/startup.js';
import { statusCommand } from './commands/status.js';
import { targetsCommand } from './commands/targets.js';
import { verifyCommand } from './commands/verify.js';
import { waitCommand } from './commands/wait.js';
import { workerCommand } from './commands/worker.js';
import { version } from './version.js';

const help = `
Exit codes: 0 done, 1 it did not end as it should, 2 bad flags or settings,
130 stopped watching by Ctrl-C. Each command's help has its own.

Examples:
  drawbridge demo                              see it work, without AWS
  drawbridge agent --cluster fw-prod           on an appliance
  drawbridge status --cluster fw-prod --watch  from anywhere
  drawbridge help shutdown                     more on one command`;

/** The whole command line. Parsing it runs a command. */
export function buildProgram(): Command {
  const program = new Command('drawbridge')
    .description(
      'Brings AWS Gateway Load Balancer appliances into service and takes them out without losing flows, on Temporal.',
    )
    .version(version)
    .exitOverride()
    .configureHelp({ helpWidth: Math.min(process.stdout.columns || 80, 100) })
    .configureOutput({ outputError: (text, write) => write(inOurWords(text)) })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText('after', help);
  const groups = {
    'On an appliance, or beside Temporal:': [agentCommand(), workerCommand(), doctorCommand(), configCommand()],
    'From anywhere:': [
      statusCommand(),
      shutdownCommand(),
      extendCommand(),
      startupCommand(),
      receiptCommand(),
      verifyCommand(),
      setupCommand(),
    ],
    'From anywhere, asking AWS:': [targetsCommand(), instanceCommand(), waitCommand(), execCommand()],
    'Deprecated:': [legacyCommand()],
    'Without AWS:': [demoCommand(), simulateCommand()],
    'Help:': [completionCommand(program), helpCommand(program)],
  };
  for (const [heading, commands] of Object.entries(groups)) {
    for (const command of commands) {
      program.addCommand(command.helpGroup(heading).exitOverride().copyInheritedSettings(program));
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
