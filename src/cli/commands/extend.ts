import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { readSeconds } from '../../domain/drain.js';
import { explain, extendDrainSchema } from '../../domain/input.js';
import type { ExtendDrain } from '../../domain/input.js';
import type { DrainExtended } from '../../domain/status.js';
import { actorOf, atTheDesk, instanceIdOf } from '../operator.js';
import { sayTime } from '../views/span.js';
import { exitCodesOf } from '../exit-codes.js';

export function extendCommand(command: Command): Command {
  command
    .argument('<instance>', 'instance id')
    .argument('<time>', 'how much more, such as 120s or 10m')
    .option('--reason <text>', 'why, for the receipt and the history')
    .addHelpText(
      'after',
      `
The agent waits for it too, for as long as its supervisor lets it: see
TimeoutStopSec of its systemd unit. Should the agent be killed, the workflow
still drains to the end.

${exitCodesOf('extend')}

Example:
  drawbridge extend i-0123456789abcdef0 10m --reason "a backup still runs"`,
    );
  return command.action(async (instance: string, time: string) => {
    const { reason }: { reason?: string } = command.opts();
    const instanceId = instanceIdOf(instance);
    const extension = extensionOf(time, reason);
    await atTheDesk(command, async ({ client }) => {
      const { askForMore } = await import('../../temporal/ask-for-more.js');
      const { drainUntil, extendedSeconds }: DrainExtended = await askForMore(client, instanceId, extension);
      process.stdout.write(
        `${instanceId}: drains until ${sayTime(drainUntil)}, ${extendedSeconds} s longer than asked for first\n`,
      );
    });
    process.exit(0);
  });
}

/** @throws UsageError */
function extensionOf(time: string, reason: string | undefined): ExtendDrain {
  const value = { seconds: readSeconds(time), actor: actorOf(), reason };
  const result = extendDrainSchema.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(
    explain(result.error, value)
      .map((line) => line.replace(/^seconds/, '<time>').replace(/^reason/, '--reason'))
      .join('\n'),
  );
}
