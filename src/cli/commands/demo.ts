import type { Command } from 'commander';
import { exitCodesOf } from '../exit-codes.js';

export function demoCommand(command: Command): Command {
  return command
    .option('--fast', 'drain for 5 s instead of the true 60 s')
    .option('--keep', 'leave the Temporal server and its Web UI up afterwards, until Ctrl-C')
    .addHelpText(
      'after',
      `
${exitCodesOf('demo')}

Example:
  drawbridge demo --fast --keep`,
    )
    .action(async ({ fast = false, keep = false }: { fast?: boolean; keep?: boolean }) => {
      const { runDemo } = await import('../../demo/demo.js');
      process.exit(await runDemo({ drainSeconds: fast ? 5 : 60, keep }));
    });
}
