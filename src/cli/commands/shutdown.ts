import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { readSeconds } from '../../domain/drain.js';
import type { DrainPolicy } from '../../domain/drain.js';
import { drainSchema, explain } from '../../domain/input.js';
import { drainPeriodSeconds } from '../../domain/timings.js';
import { leftCleanly } from '../../domain/receipt.js';
import type { DrainReceipt } from '../../domain/receipt.js';
import { followLife, sayFailure } from '../following.js';
import { addOperatorSettings, atTheDesk, clusterOfInstance, instanceIdOf, triggerOf } from '../operator.js';
import type { Desk } from '../operator.js';
import { exitCodesOf } from '../exit-codes.js';

interface Flags {
  readonly force?: boolean;
  readonly reason?: string;
  readonly drain?: string;
  readonly json?: boolean;
  readonly wait: boolean;
}

export function shutdownCommand(command: Command): Command {
  command
    .argument('<instance>', 'instance id')
    .option('--drain <period>', 'such as 120s or 2m, or "deregistration-delay" (default: as its agent was told)')
    .option('--force', 'end every wait now: flows that are still open are cut')
    .option('--reason <text>', 'why, for the receipt and the history')
    .option('--no-wait', 'end as soon as the workflow has begun')
    .option('--json', 'print the receipt as JSON')
    .addHelpText(
      'after',
      `
One that runs already is joined; its drain period stays, unless --drain names
one that ends sooner.
Ctrl-C stops watching, not the workflow. "drawbridge startup" brings the
instance back.

${exitCodesOf('shutdown')}

Examples:
  drawbridge shutdown i-0123456789abcdef0 --reason "kernel update"
  drawbridge shutdown i-0123456789abcdef0 --drain deregistration-delay
  drawbridge shutdown i-0123456789abcdef0 --force --reason "rack on fire"`,
    );
  return addOperatorSettings(command).action(async (instance: string) => {
    const flags: Flags = command.opts();
    const instanceId = instanceIdOf(instance);
    const asked = periodOf(flags.drain);
    process.exit(await atTheDesk(command, (desk) => takeOut(desk, instanceId, asked, flags)));
  });
}

/** Temporal forgets a startup after its namespace's retention, however long its appliance stays in service. */
const drainNotKnown = `what its agent was told to drain for is not known any more, so ${drainPeriodSeconds} s; --drain says otherwise\n`;

async function takeOut(desk: Desk, instanceId: string, asked: DrainPolicy | undefined, flags: Flags): Promise<number> {
  const { client, settings, typedTargetGroupArn } = desk;
  const [{ beginShutdown }, { drainAsBefore, groupAsBefore }] = await Promise.all([
    import('../../temporal/begin.js'),
    import('../../temporal/as-before.js'),
  ]);
  const { cluster, runs } = await clusterOfInstance(desk, instanceId);
  const { startup } = runs ?? {};
  const drain = asked ?? (startup && (await drainAsBefore(client, startup)));
  const trigger = triggerOf(flags.reason);
  const targetGroupArn =
    typedTargetGroupArn ?? (startup === undefined ? settings.targetGroupArn : await groupAsBefore(client, startup));
  const input = { instanceId, targetGroupArn, drain, trigger };
  const { handle, runId } = await beginShutdown(client, cluster, input, { drainIfJoined: asked });
  if (runId === undefined) process.stderr.write(`a shutdown of ${instanceId} runs already, joined it\n`);
  else if (drain === undefined) process.stderr.write(drainNotKnown);
  if (flags.force === true) await handle.signal('forceShutdown', { reason: trigger });
  return followLife(desk, {
    wait: flags.wait,
    json: flags.json === true,
    handle,
    runId,
    instanceId,
    cluster,
    say: async (ending) => {
      const { receiptIn } = await import('../../temporal/receipt-of.js');
      const receipt = 'failure' in ending ? receiptIn(ending.failure) : (ending.result as DrainReceipt);
      if (receipt !== undefined) await print(receipt, flags);
      if ('failure' in ending) sayFailure(ending);
      return receipt !== undefined && leftCleanly(receipt.outcome) ? 0 : 1;
    },
  });
}

async function print(receipt: DrainReceipt, { json }: Flags): Promise<void> {
  const { receiptView } = await import('../views/receipt.js');
  process.stdout.write(`${json === true ? JSON.stringify(receipt, null, 2) : receiptView(receipt)}\n`);
}

/** @throws UsageError */
function periodOf(text: string | undefined): DrainPolicy | undefined {
  if (text === undefined) return undefined;
  const value = readSeconds(text);
  const result = drainSchema.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(
    explain(result.error, value)
      .map((line) => line.replace('the value', '--drain'))
      .join('\n'),
  );
}
