import type { Command } from 'commander';
import { resolveSettings } from '../../config/load.js';
import { defaultOf } from '../../config/setting.js';
import type { Table } from '../../config/setting.js';
import { agentSettings, everySetting, statusSettings, verifySettings, workerSettings } from '../../config/settings.js';
import { UsageError } from '../../config/usage-error.js';
import { oneOf } from '../one-of.js';
import { addSettings, sourcesOf, typedFlags } from '../settings.js';
import { exitCodesOf } from '../exit-codes.js';

const tables = {
  agent: agentSettings,
  worker: workerSettings,
  operator: { ...statusSettings, ...verifySettings },
} as const satisfies Record<string, Table>;

interface Flags {
  readonly json?: boolean;
  readonly schema?: boolean;
}

export function configCommand(command: Command): Command {
  command
    .addArgument(oneOf('[whose]', Object.keys(tables), 'whose settings they are').default('agent'))
    .option('--json', 'as JSON')
    .option('--schema', 'print the JSON Schema of drawbridge.yaml, for editors, and end')
    .addHelpText(
      'after',
      `
A flag counts before a variable, that before the file, that before the
default. The file is the one that --config or DRAWBRIDGE_CONFIG names, else
./drawbridge.yaml, else /etc/drawbridge/drawbridge.yaml. Temporal is reached
by its own variables and profile file.

${exitCodesOf('config')}

Examples:
  drawbridge config --drain 2m
  drawbridge config worker --json | jq -r .settings.cluster.value
  drawbridge config --schema > drawbridge.schema.json`,
    );
  return addSettings(command, everySetting).action(async (whose: keyof typeof tables) => {
    const flags: Flags = command.opts();
    process.stdout.write(`${flags.schema === true ? await schema() : await settings(command, whose, flags)}\n`);
  });
}

async function schema(): Promise<string> {
  const { settingsSchema } = await import('../../config/json-schema.js');
  return JSON.stringify(settingsSchema(), null, 2);
}

/** @throws UsageError for what cannot be used. */
async function settings(command: Command, whose: keyof typeof tables, { json }: Flags): Promise<string> {
  const table: Table = tables[whose];
  refuseStrangers(command, whose);
  const sources = await sourcesOf(command, table);
  const [inForce, { temporalInForce }, { settingsJson, settingsView }] = await Promise.all([
    resolveSettings(table, sources),
    import('../../config/temporal-sources.js'),
    import('../views/settings.js'),
  ]);
  const rows = Object.entries(table).map(([name, setting]) => ({
    name,
    value: inForce[name]?.value,
    from: inForce[name]?.from,
    otherwise: defaultOf(setting),
  }));
  const shown = { whose, file: sources.file, rows, temporal: temporalInForce(sources.env) };
  return json === true ? settingsJson(shown) : settingsView(shown);
}

/** @throws UsageError for a flag that whoever is asked about does not take. */
function refuseStrangers(command: Command, whose: keyof typeof tables): void {
  const strange = typedFlags(command, everySetting).filter((name) => !(name in tables[whose]));
  if (strange.length === 0) return;
  const lines = strange.map((name) => `${everySetting[name]?.flag ?? name}: is no setting of the ${whose}`);
  throw new UsageError(lines.join('\n'));
}
