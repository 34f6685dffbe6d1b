import type { Command } from 'commander';
import type { Fleet } from '../../operator/fleet.js';
import { atTheDesk, clusterOfInstance, instanceIdOf } from '../operator.js';
import type { Desk } from '../operator.js';
import type { Aws } from '../../aws/api.js';
import { statusSettings } from '../../config/settings.js';
import { UsageError } from '../../config/usage-error.js';
import { addSettings, settingsOf } from '../settings.js';
import { exitCodesOf } from '../exit-codes.js';
import { untilInterrupted } from '../interrupted.js';
import { keepLooking, lookOnce } from '../watching.js';
import type { Look } from '../watching.js';

interface Flags {
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly all?: boolean;
}

export function statusCommand(command: Command): Command {
  command
    .argument('[instance]', 'one instance id; the cluster is then found by itself')
    .option('--watch', 'show it again and again, until Ctrl-C')
    .option('--json', 'as JSON; with --watch one line for each change')
    .option('--all', 'also instances that left more than a day ago')
    .addHelpText(
      'after',
      `
Needs Temporal, and AWS for the target health; not the instances.

${exitCodesOf('status')}

Examples:
  drawbridge status --cluster fw-prod
  drawbridge status i-0123456789abcdef0 --watch
  drawbridge status --cluster fw-prod --json | jq '.instances[].phase'`,
    );
  return addSettings(command, statusSettings).action(async (instance: string | undefined) => {
    const flags: Flags = command.opts();
    const instanceId = instance === undefined ? undefined : instanceIdOf(instance);
    const { region } = await settingsOf(command, statusSettings);
    const failed = await atTheDesk(command, async (desk) => {
      const look = await lookFor(desk, { instanceId, region, all: flags.all === true });
      const last = flags.watch === true ? await watch(look, flags) : await once(look, flags);
      return instanceId !== undefined && last?.instances[0]?.phase === 'failed';
    });
    process.exit(failed ? 1 : 0);
  });
}

interface Shown {
  readonly instanceId: string | undefined;
  /** The operator's own. */
  readonly region: string | undefined;
  readonly all: boolean;
}

async function lookFor(desk: Desk, { instanceId, region, all }: Shown): Promise<Look> {
  const { settings, client } = desk;
  const { targetGroupArn } = settings;
  const cluster = instanceId === undefined ? settings.cluster : (await clusterOfInstance(desk, instanceId)).cluster;
  if (cluster === undefined)
    throw new UsageError('--cluster: found nothing, expected a cluster name or an instance id');
  const [{ lookAtFleet }, { connectAws }] = await Promise.all([
    import('../../operator/fleet.js'),
    import('../../aws/clients.js'),
  ]);
  const connected = new Map<string, Aws>();
  const awsIn = (asked: string | undefined) => {
    const where = asked ?? region;
    if (where === undefined) return undefined;
    const aws = connected.get(where) ?? connectAws(where);
    connected.set(where, aws);
    return aws;
  };
  return () => lookAtFleet({ client, cluster, instanceId, targetGroupArn, awsIn, all });
}

async function once(look: Look, { json }: Flags): Promise<Fleet> {
  const { fleetJson, fleetView } = await import('../views/fleet.js');
  const fleet = await lookOnce(look);
  const now = Date.now();
  process.stdout.write(`${json === true ? fleetJson(fleet, now, 2) : fleetView(fleet, now)}\n`);
  return fleet;
}

async function watch(look: Look, { json }: Flags): Promise<Fleet | undefined> {
  const [{ fleetJson, fleetView }, { openScreen }] = await Promise.all([
    import('../views/fleet.js'),
    import('../views/screen.js'),
  ]);
  const screen = await openScreen(process.stdout, json === true);
  const show = (fleet: Fleet) => {
    const text = json === true ? fleetJson(fleet, Date.now()) : fleetView(fleet, Date.now());
    screen.show(text, JSON.stringify(fleet));
  };
  const fleet = await keepLooking(look, { stop: untilInterrupted(), show });
  screen.end();
  return fleet;
}
