#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { agentCommand } from './commands/agent.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { extendCommand } from './commands/extend.js';
import { receiptCommand } from './commands/receipt.js';
import { setupCommand } from './commands/setup.js';
import { shutdownCommand } from './commands/shutdown.js';
import { simulateCommand } from './commands/simulate.js';
import { startupCommand } from './commands/startup.js';
import { statusCommand } from './commands/status.js';
import { workerCommand } from './commands/worker.js';
import { exitCodeOf, explainToUser } from './failures.js';
import { version } from './version.js';

// The AWS SDK announces the end of Node 20 on stderr at every start; that is our dependency's business, not the user's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Whoever reads us through a pipe may have read enough.
process.stdout.on('error', () => process.exit(0));

const program = new Command('drawbridge')
  .description(
    'Brings AWS Gateway Load Balancer appliances into service and takes them out without losing flows, on Temporal.',
  )
  .version(version)
  .exitOverride()
  .configureHelp({ helpWidth: Math.min(process.stdout.columns || 80, 100) })
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'drawbridge: ')) })
  .showSuggestionAfterError()
  .addHelpText('after', '\nExit codes: 0 done, 1 it did not end as it should, 2 bad flags or settings.');

const commands = [
  agentCommand(),
  workerCommand(),
  statusCommand(),
  shutdownCommand(),
  extendCommand(),
  startupCommand(),
  receiptCommand(),
  setupCommand(),
  doctorCommand(),
  simulateCommand(),
  demoCommand(),
];

for (const command of commands) {
  program.addCommand(command.exitOverride().copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.stderr.write(`${explainToUser(error)}\n`);
  // Not left to the event loop: an agent that failed to start has signal handlers that would keep it.
  process.exit(exitCodeOf(error));
}
