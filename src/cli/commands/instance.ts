import type { Command } from 'commander';
import { addRegionSettings, atRegion } from '../at-aws.js';
import { exitCodesOf } from '../exit-codes.js';
import { instanceIdOf } from '../operator.js';

export function instanceCommand(command: Command): Command {
  command
    .argument('<instance>', 'instance id')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
The target group is looked for among all GENEVE groups of the instance's VPC.

${exitCodesOf('instance')}

Examples:
  drawbridge instance i-0123456789abcdef0
  drawbridge instance i-0123456789abcdef0 --json | jq -r .privateIp`,
    );
  return addRegionSettings(command).action(async (text: string) => {
    const { json }: { json?: boolean } = command.opts();
    const instanceId = instanceIdOf(text);
    const { run } = await atRegion(command);
    const [{ describeInstance }, { instanceView }] = await Promise.all([
      import('../../activities/instance-reads.js'),
      import('../views/instance.js'),
    ]);
    const found = await run(describeInstance, { instanceId });
    process.stdout.write(`${json === true ? JSON.stringify(found, null, 2) : instanceView(found)}\n`);
    process.exit(0);
  });
}
