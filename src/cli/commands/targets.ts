import type { Command } from 'commander';
import type { FleetTargets } from '../../domain/fleet-targets.js';
import { rest } from '../../workers/bounded.js';
import { addGroupSettings, atGroup } from '../at-aws.js';
import { exitCodesOf } from '../exit-codes.js';

interface Flags {
  readonly watch?: boolean;
  readonly json?: boolean;
}

const lookMs = 2_000;

export function targetsCommand(command: Command): Command {
  command
    .option('--watch', 'show it again and again, until Ctrl-C')
    .option('--json', 'as JSON; with --watch one line for each change')
    .addHelpText(
      'after',
      `
Asks AWS alone; "drawbridge status" knows the lives of the instances, too.

${exitCodesOf('targets')}

Examples:
  drawbridge targets --cluster fw-prod
  drawbridge targets --cluster fw-prod --watch
  drawbridge targets --cluster fw-prod --json | jq -r '.nodeIps[]'`,
    );
  return addGroupSettings(command).action(async () => {
    const flags: Flags = command.opts();
    const { run, which, stop } = await atGroup(command);
    const { listTargets } = await import('../../activities/fleet-targets.js');
    const look = () => run(listTargets, which);
    if (flags.watch === true) await watch(look, stop, flags);
    else process.stdout.write(`${await say(await look(), flags, 2)}\n`);
    process.exit(0);
  });
}

async function say(fleet: FleetTargets, { json }: Flags, indent?: number): Promise<string> {
  const { targetsJson, targetsView } = await import('../views/targets.js');
  return json === true ? targetsJson(fleet, indent) : targetsView(fleet);
}

async function watch(look: () => Promise<FleetTargets>, stop: AbortSignal, flags: Flags): Promise<void> {
  const { openScreen } = await import('../views/screen.js');
  const screen = await openScreen(process.stdout, flags.json === true);
  const isOver = () => stop.aborted;
  while (!isOver()) {
    try {
      screen.show(await say(await look(), flags));
    } catch (error) {
      if (!isOver()) throw error;
    }
    await rest(lookMs, stop);
  }
  screen.end();
}
