import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { agentSettings, statusSettings } from '../../config/settings.js';
import { instanceIdSchema } from '../../domain/ids.js';
import { addSettings, settingsOf } from '../settings.js';
import { exitCodesOf } from '../exit-codes.js';

const help = `
Run it on the appliance, with the settings and as the user of the agent:
docs/operations.md has the command for an agent under systemd. From elsewhere
it checks what can be seen from there:
  drawbridge doctor --cluster fw-prod --region eu-central-1 \\
    --instance i-0123456789abcdef0

${exitCodesOf('doctor')}

Examples:
  drawbridge doctor
  drawbridge doctor --json | jq '.lines[] | select(.verdict == "fail")'
  drawbridge doctor --stop-budget --drain 120`;

/** Those of the agent that it looks at, and the region where the instance metadata is not at hand. */
const doctorSettings = { ...agentSettings, region: statusSettings.region };

interface Flags {
  readonly instance?: string;
  readonly unit: string;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly stopBudget?: boolean;
}

export function doctorCommand(command: Command): Command {
  command
    .option('--instance <id>', 'appliance to look at from elsewhere (default: this machine)')
    .option('--unit <name>', "the agent's systemd unit", 'drawbridge.service')
    .option('--json', 'print JSON')
    .option('--strict', 'exit with 1 on warnings, too')
    .option('--stop-budget', 'print how many seconds a supervisor has to grant the agent to stop, and end')
    .addHelpText('after', help);
  return addSettings(command, doctorSettings).action(async () => {
    const settings = await settingsOf(command, doctorSettings);
    const flags: Flags = command.opts();
    if (flags.stopBudget === true) {
      const { stopBudgetSeconds } = await import('../../workers/stop-budget.js');
      process.stdout.write(`${stopBudgetSeconds(settings.drain)}\n`);
      return;
    }
    const instanceId = flags.instance === undefined ? undefined : readInstance(flags.instance);
    const [{ loadTemporal }, { examine }, { reportJson, reportText }, { worstOf }] = await Promise.all([
      import('../../config/temporal.js'),
      import('../../doctor/examine.js'),
      import('../../doctor/report.js'),
      import('../../doctor/line.js'),
    ]);
    const { connectionOptions, namespace } = loadTemporal(process.env);
    const areas = await examine({
      settings,
      temporal: { access: connectionOptions, namespace },
      unit: /\.\w+$/.test(flags.unit) ? flags.unit : `${flags.unit}.service`,
      instanceId,
      healthPortTyped: command.getOptionValueSource('healthPort') === 'cli',
      region: settings.region,
    });
    process.stdout.write(`${flags.json === true ? reportJson(areas) : reportText(areas)}\n`);
    const worst = worstOf(areas);
    process.exit(worst === 'fail' || (flags.strict === true && worst === 'warn') ? 1 : 0);
  });
}

/** @throws UsageError */
function readInstance(text: string): string {
  const read = instanceIdSchema.safeParse(text);
  if (read.success) return read.data;
  throw new UsageError(`--instance: found "${text}", expected an EC2 instance id such as i-0123456789abcdef0`);
}
