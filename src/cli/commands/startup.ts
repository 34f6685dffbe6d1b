import type { Command } from 'commander';
import type { ControllerConfig } from '../../domain/controller-config.js';
import { nameOfGroup } from '../../domain/ids.js';
import type { StartupInput } from '../../domain/input.js';
import { followLife, sayFailure } from '../following.js';
import { addOperatorSettings, atTheDesk, clusterOfInstance, instanceIdOf, triggerOf } from '../operator.js';
import type { Desk } from '../operator.js';
import { exitCodesOf } from '../exit-codes.js';

interface Flags {
  readonly reason?: string;
  readonly json?: boolean;
  readonly wait: boolean;
}

export function startupCommand(command: Command): Command {
  command
    .argument('<instance>', 'instance id; its agent must run')
    .option('--reason <text>', 'why, for the history')
    .option('--no-wait', 'end as soon as the workflow has begun')
    .option('--json', 'print the controller config as JSON')
    .addHelpText(
      'after',
      `
One that runs already is joined. Ctrl-C stops watching, not the workflow.

${exitCodesOf('startup')}

Examples:
  drawbridge startup i-0123456789abcdef0 --reason "kernel updated"
  drawbridge startup i-0123456789abcdef0 --cluster fw-prod --no-wait`,
    );
  return addOperatorSettings(command).action(async (instance: string) => {
    const flags: Flags = command.opts();
    const instanceId = instanceIdOf(instance);
    process.exit(await atTheDesk(command, (desk) => bringBack(desk, instanceId, flags)));
  });
}

async function bringBack(desk: Desk, instanceId: string, flags: Flags): Promise<number> {
  const { client, settings, typedTargetGroupArn } = desk;
  const [{ beginStartup }, { drainAsBefore, startupAsBefore }] = await Promise.all([
    import('../../temporal/begin.js'),
    import('../../temporal/as-before.js'),
  ]);
  const { cluster, runs } = await clusterOfInstance(desk, instanceId);
  const before = runs?.startup && (await startupAsBefore(client, runs.startup));
  const drain = runs?.startup && (await drainAsBefore(client, runs.startup));
  const input: StartupInput = {
    ...before,
    instanceId,
    cluster,
    trigger: triggerOf(flags.reason),
    targetGroupArn: typedTargetGroupArn ?? (before ?? settings).targetGroupArn,
  };
  const handle = await beginStartup(client, cluster, input, { drain });
  return followLife(desk, {
    wait: flags.wait,
    json: flags.json === true,
    handle,
    runId: handle.firstExecutionRunId,
    instanceId,
    cluster,
    say: (ending) => {
      if ('failure' in ending) {
        sayFailure(ending);
        return Promise.resolve(1);
      }
      const config = ending.result as ControllerConfig;
      const said = flags.json === true ? JSON.stringify(config, null, 2) : inService(config);
      process.stdout.write(`${said}\n`);
      return Promise.resolve(0);
    },
  });
}

const inService = ({ instanceId, target, targetGroupArn, ingressDevice, peers }: ControllerConfig): string =>
  [
    `${instanceId}: in service`,
    `  target        ${target.id}`,
    `  target group  ${nameOfGroup(targetGroupArn)}`,
    `  tunnel        ${ingressDevice ?? 'none'}`,
    `  peers         ${peers.join(', ') || 'none'}`,
  ].join('\n');
