import type { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { legacySettings } from '../../config/settings.js';
import type { LegacySettings } from '../../config/settings.js';
import { UsageError } from '../../config/usage-error.js';
import { readSeconds } from '../../domain/drain.js';
import { sayRouteChange } from '../../domain/legacy/ingress-route.js';
import type { RouteChange } from '../../domain/legacy/ingress-route.js';
import { exitCodesOf } from '../exit-codes.js';
import { explainToUser } from '../failures.js';
import { interrupted } from '../interrupted.js';
import { oneOf } from '../one-of.js';
import type { RouteMode } from '../route-mode.js';
import { addSettings, settingsOf } from '../settings.js';
import { appliedView } from '../views/legacy.js';

interface Flags {
  readonly coordinator?: string;
  readonly dryRun?: boolean;
  readonly every?: string;
  readonly json?: boolean;
  readonly ingressDevice: string;
  readonly egressDevice: string;
  readonly managementAddress: string;
  readonly peer?: readonly string[];
}

const deprecation =
  'drawbridge: legacy is deprecated: behind a Gateway Load Balancer no routes are needed; use drawbridge agent\n';

/** The defaults of devices and address are those of the flags that the specification's integration came with. */
export function legacyCommand(command: Command): Command {
  command
    .addArgument(oneOf('<what>', ['apply', 'reconcile'], 'apply: discover, write the config, set the route'))
    .option('--coordinator <yes|no>', 'whether this instance sets the route: one per cluster')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--every <time>', 'reconcile again and again, such as 60s, until told to end')
    .option('--json', 'as JSON')
    .option('--ingress-device <name>', 'ingress device for the config until one is found', 'eth0')
    .option('--egress-device <name>', 'egress device where none is found', 'eth1')
    .option('--management-address <ip>', 'management address where none is found', '127.0.0.1')
    .option('--peer <ip...>', 'peers for the config besides those found')
    .addHelpText(
      'after',
      `
Runs on the appliance. Its interfaces are those that EC2 describes as ingress,
management and egress; the instances and the route tables of its cluster have
the tag neuwerk:cluster. Set the route only once the appliance passes traffic:
apply with --coordinator no before it starts, reconcile after. Nothing elects a
coordinator, and nothing takes the route back.

${exitCodesOf('legacy')}

Examples:
  drawbridge legacy reconcile --coordinator yes --dry-run
  drawbridge legacy apply --coordinator no --controller-config /run/fw.json
  drawbridge legacy reconcile --coordinator yes --every 60s`,
    );
  return addSettings(command, legacySettings).action(async (what: 'apply' | 'reconcile') => {
    process.stderr.write(deprecation);
    const settings = await settingsOf(command, legacySettings);
    const flags: Flags = command.opts();
    const how = { isCoordinator: readCoordinator(flags.coordinator), dryRun: flags.dryRun ?? false };
    const everyMs = readEvery(what, flags.every);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const { openRouteMode } = await import('../route-mode.js');
    try {
      const mode = await openRouteMode(settings, how, stop.signal);
      if (what === 'apply') await apply(mode, settings, flags);
      else await reconcile(mode, { ...flags, everyMs }, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      process.exit(everyMs === undefined ? interrupted : 0);
    }
    process.exit(0);
  });
}

/** Nobody is coordinator by default: on every instance of a cluster at once they would take the route from each other. */
function readCoordinator(text: string | undefined): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new UsageError(
    `--coordinator: found ${text ?? 'nothing'}, expected yes on one instance of the cluster, no on the others`,
  );
}

function readEvery(what: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (what === 'apply') throw new UsageError('--every: found with apply, expected with reconcile only');
  const seconds = readSeconds(text);
  if (typeof seconds === 'number' && seconds >= 1 && seconds <= 86_400) return seconds * 1_000;
  throw new UsageError(`--every: found "${text}", expected a time from 1s to 24h`);
}

async function apply(mode: RouteMode, settings: LegacySettings, flags: Flags): Promise<void> {
  const { ingressDevice, egressDevice, managementAddress, peer: peers = [] } = flags;
  const applied = await mode.apply({ ingressDevice, egressDevice, managementAddress, peers });
  if (settings.controllerConfig !== undefined && flags.dryRun !== true) {
    const { writeWhole } = await import('../../host/config-file.js');
    await writeWhole(settings.controllerConfig, `${JSON.stringify(applied.config, null, 2)}\n`);
  }
  const view = flags.json === true ? JSON.stringify(applied, null, 2) : appliedView(applied, sayIn(flags));
  process.stdout.write(`${view}\n`);
}

/** Once, or until told to end: then what fails is said and tried again at the next turn, and a turn without a change is silent. */
async function reconcile(
  mode: RouteMode,
  flags: Flags & { everyMs: number | undefined },
  stop: AbortSignal,
): Promise<void> {
  const print = (change: RouteChange | null) =>
    process.stdout.write(`${flags.json === true ? JSON.stringify({ change }) : sayIn(flags)(change)}\n`);
  const ended = () => stop.aborted;
  print(await mode.reconcile());
  while (flags.everyMs !== undefined) {
    await pause(flags.everyMs, undefined, { signal: stop }).catch(() => undefined);
    if (ended()) return;
    try {
      const change = await mode.reconcile();
      if (change !== null && change.action !== 'keep') print(change);
    } catch (error) {
      if (!ended()) process.stderr.write(`${explainToUser(error)}\n`);
    }
  }
}

const sayIn =
  ({ dryRun }: Flags) =>
  (change: RouteChange | null): string =>
    change === null
      ? 'not the coordinator: no route is looked at or changed'
      : sayRouteChange(change, dryRun === true ? 'to do' : 'done');
