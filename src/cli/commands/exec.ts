import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { longestOutput } from '../../domain/remote-command.js';
import type { RemoteOutput } from '../../domain/remote-command.js';
import { quoteForShell } from '../../domain/shell.js';
import { commandLongestSeconds, commandTimeoutMs } from '../../domain/timings.js';
import { addRegionSettings, atRegion, failureTypeOf, notInTime } from '../at-aws.js';
import { interrupted } from '../interrupted.js';
import { timeoutMsOf, timeoutOption } from '../at-aws.js';
import { exitCodesOf } from '../exit-codes.js';
import { instanceIdOf } from '../operator.js';

interface Flags {
  readonly timeout?: string;
  readonly json?: boolean;
}

export function execCommand(command: Command): Command {
  command
    .argument('<instance>', 'instance id')
    .argument('<args...>', 'the program and its arguments, after --')
    .addOption(timeoutOption('1m'))
    .option('--json', 'print exit code, output and command id as JSON')
    .addHelpText(
      'after',
      `
Each argument arrives as it was typed; for a pipe or a variable of the
instance's own, run a shell there: -- sh -c 'df -h | tail -1'. It runs as root.
Where AWS's reply is lost it is looked for before it is sent again. Ctrl-C and
the timeout cancel it. AWS keeps it and its output for 30 days: no secrets. Of
stdout it has the first ${longestOutput.stdout} characters, of stderr ${longestOutput.stderr}; that more was cut
is said.

${exitCodesOf('exec')}

Examples:
  drawbridge exec i-0123456789abcdef0 -- uptime
  drawbridge exec i-0123456789abcdef0 --timeout 5m -- apt-get update`,
    );
  return addRegionSettings(command).action(async (id: string, args: string[]) => {
    const { timeout, json = false }: Flags = command.opts();
    const instanceId = instanceIdOf(id);
    const timeoutMs = timeoutMsOf(timeout, commandTimeoutMs, commandLongestSeconds);
    const script = scriptOf(args);
    const [{ executeRemoteCommand }, { randomUUID }] = await Promise.all([
      import('../../activities/remote-command.js'),
      import('node:crypto'),
    ]);
    const { run, stop } = await atRegion(command);
    try {
      const output = await run(executeRemoteCommand, { instanceId, script, timeoutMs, mark: randomUUID() });
      process.exit(say(output, json));
    } catch (error) {
      if (stop.aborted) process.exit(interrupted);
      const type = failureTypeOf(error);
      if (type === undefined || !(error instanceof Error)) throw error;
      process.stderr.write(`drawbridge: ${type}: ${error.message}\n`);
      process.exit(type === 'CommandTimeout' ? notInTime : notRun);
    }
  });
}

/** What timeout(1) and docker-run(1) exit with where the command itself could not be run. */
const notRun = 125;

/** @throws UsageError for what no program can be given. */
function scriptOf(args: readonly string[]): string {
  try {
    return quoteForShell(args);
  } catch (error) {
    throw new UsageError(`<args>: ${(error as Error).message}`);
  }
}

/** @returns the exit code. */
function say(output: RemoteOutput, json: boolean): number {
  const { exitCode, stdout, stderr, cut } = output;
  if (json) {
    process.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    return exitCode === 0 ? 0 : 1;
  }
  process.stdout.write(stdout);
  process.stderr.write(stderr === '' || stderr.endsWith('\n') ? stderr : `${stderr}\n`);
  for (const stream of cut)
    process.stderr.write(
      `drawbridge: ${stream} was longer: Systems Manager has its first ${longestOutput[stream]} characters only\n`,
    );
  if (exitCode !== 0) process.stderr.write(`drawbridge: the command exited with ${exitCode}\n`);
  return exitCode === 0 ? 0 : 1;
}
