import type { Command } from 'commander';
import { leftCleanly } from '../../domain/receipt.js';
import { atTheDesk, instanceIdOf } from '../operator.js';
import { exitCodesOf } from '../exit-codes.js';

export function receiptCommand(command: Command): Command {
  command
    .argument('<instance>', 'instance id')
    .option('--json', 'as JSON, with everything in it')
    .addHelpText(
      'after',
      `
The latest shutdown's, for as long as the namespace retains it; one that still
runs is not waited for.

${exitCodesOf('receipt')}

Examples:
  drawbridge receipt i-0123456789abcdef0
  drawbridge receipt i-0123456789abcdef0 --json | jq .observations`,
    );
  return command.action(async (instance: string) => {
    const { json }: { json?: boolean } = command.opts();
    const instanceId = instanceIdOf(instance);
    const outcome = await atTheDesk(command, async ({ client }) => {
      const [{ runsOfInstance }, { receiptOf }, { receiptView }] = await Promise.all([
        import('../../temporal/runs.js'),
        import('../../temporal/receipt-of.js'),
        import('../views/receipt.js'),
      ]);
      const run = (await runsOfInstance(client, instanceId))?.shutdown;
      if (run === undefined)
        throw new Error(`${instanceId}: Temporal knows no shutdown of it; was it within the namespace's retention?`);
      if (run.status === 'RUNNING')
        throw new Error(`${instanceId}: its shutdown still runs: drawbridge status ${instanceId} --watch`);
      const receipt = await receiptOf(client.workflow.getHandle(run.workflowId, run.runId));
      if (receipt === undefined)
        throw new Error(`${run.workflowId} ended without a receipt (${run.status.toLowerCase().replace('_', ' ')})`);
      process.stdout.write(`${json === true ? JSON.stringify(receipt, null, 2) : receiptView(receipt)}\n`);
      return receipt.outcome;
    });
    process.exit(leftCleanly(outcome) ? 0 : 1);
  });
}
