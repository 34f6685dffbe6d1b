import type { Command } from 'commander';
import { atTheDesk } from '../operator.js';
import { exitCodesOf } from '../exit-codes.js';

export function setupCommand(command: Command): Command {
  command.addHelpText(
    'after',
    `
With them the Temporal Web UI finds lives by cluster, instance, phase and
outcome; without them everything else works. Agents that start afterwards
label their lives. Temporal Cloud makes them with tcld instead:
  tcld namespace search-attributes add -n NAMESPACE \\
    --sa DrawbridgeCluster=Keyword --sa DrawbridgeInstance=Keyword \\
    --sa DrawbridgePhase=Keyword --sa DrawbridgeOutcome=Keyword

${exitCodesOf('setup')}

Examples:
  drawbridge setup
  TEMPORAL_NAMESPACE=fw drawbridge setup
  temporal workflow list --query 'DrawbridgePhase = "draining"'`,
  );
  return command.action(async () => {
    await atTheDesk(command, async ({ connection, namespace }) => {
      const { makeSearchAttributes } = await import('../../temporal/set-up.js');
      const { made, there } = await makeSearchAttributes(connection, namespace);
      const lines = [...made.map((name) => `made     ${name}`), ...there.map((name) => `is there ${name}`)];
      process.stdout.write(`namespace ${namespace}\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
    });
    process.exit(0);
  });
}
