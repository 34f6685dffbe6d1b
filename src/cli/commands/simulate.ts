import type { Command } from 'commander';
import { Option } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { explain } from '../../domain/input.js';
import type { LoadedScenario } from '../../simulator/scenario/load.js';
import type { ServedSimulator } from '../../simulator/serve.js';
import type { SimulateFlags } from '../simulated-world.js';
import { flagOf, refuseContradictions, scenarioOf, simulateFlags } from '../simulated-world.js';
import { exitCodesOf } from '../exit-codes.js';

/** Documents that `--print` prints, by name. */
const documents = {
  'scenario-schema': async (): Promise<object> => {
    const { scenarioJsonSchema } = await import('../../simulator/scenario/json-schema.js');
    return scenarioJsonSchema();
  },
  openapi: async (): Promise<object> => {
    const [{ createControl }, { openApiDocument }] = await Promise.all([
      import('../../simulator/control/control.js'),
      import('../../simulator/control/document.js'),
    ]);
    return openApiDocument(createControl());
  },
} as const;

const help = `
Prints what a process needs in its environment, then runs until Ctrl-C. A
scenario file describes a whole world; the flags from --cluster to --clock
describe a small one, and do not go together with a file.

The control API below /_drawbridge/ shows and changes the world. It describes
itself: GET /_drawbridge/openapi.json.

${exitCodesOf('simulate')}

Examples:
  drawbridge simulate --port 4566 \\
    --instance health=127.0.0.1:8080,id=i-0123456789abcdef0
  drawbridge simulate --port 4566 --scenario world.yaml
  drawbridge simulate --print scenario-schema > scenario.schema.json

  curl localhost:4566/_drawbridge/target-groups
  curl localhost:4566/_drawbridge/clock/advance -d '{"seconds": 60}'
  curl localhost:4566/_drawbridge/faults \\
    -d '{"kind": "error", "action": "RegisterTargets", "code": "Throttling"}'`;

export function simulateCommand(command: Command): Command {
  command
    .option('--scenario <file>', 'YAML file that describes the world')
    .option('--host <address>', 'address to bind', '127.0.0.1')
    .option('--advertised-host <address>', 'host in the endpoints that are printed')
    .option('--port <port>', 'port of the AWS services and of /_drawbridge/, 0 for any', '0')
    .option('--json', 'print endpoints and environments as one line of JSON')
    .addOption(new Option('--print <document>', 'print a document and end').choices(Object.keys(documents)))
    .option('--cluster <name>', 'cluster that group and instances are tagged with', 'demo')
    .option('--instance <spec...>', 'an instance, as "health=host:port", and optionally ",id=i-..." and ",imds=port"')
    .option('--region <region>', 'AWS region', 'eu-central-1')
    .option('--registration-delay <seconds>', 'time until health checks begin', '1')
    .option('--deregistration-delay <seconds>', "the target group's attribute", '300')
    .addOption(new Option('--throttling <limits>', 'rate limits').choices(['published', 'off']).default('published'))
    .option('--speed <factor>', 'how many times as fast as the wall clock', '1')
    .addOption(new Option('--clock <kind>', 'manual: stands still until advanced').choices(['manual']))
    .addHelpText('after', help);
  return command.action(async () => {
    const given: Record<string, unknown> = command.opts();
    const parsed = simulateFlags.safeParse(given);
    if (!parsed.success)
      throw new UsageError(
        explain(parsed.error, given)
          .map((line) => line.replace(/^\w+/, flagOf))
          .join('\n'),
      );
    const flags = parsed.data;
    if (flags.print !== undefined) {
      process.stdout.write(`${JSON.stringify(await documents[flags.print](), null, 2)}\n`);
      return;
    }
    refuseContradictions((name) => command.getOptionValueSource(name) === 'cli');
    const file = flags.scenario === undefined ? undefined : await load(flags.scenario);
    const served = await serve(flags, file);
    process.stdout.write(`${flags.json ? JSON.stringify(describe(served)) : served.lines.join('\n')}\n`);
    await new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
    });
    await served.close();
  });
}

const describe = ({ endpoint, controlEndpoint, targetGroups, instances }: ServedSimulator) => ({
  endpoint,
  controlEndpoint,
  targetGroups,
  instances,
});

/** @throws UsageError for a file that is no scenario. */
async function load(file: string): Promise<LoadedScenario> {
  const { loadScenario, ScenarioFileError } = await import('../../simulator/scenario/load.js');
  return loadScenario(file).catch((error: unknown) => {
    throw error instanceof ScenarioFileError ? new UsageError(error.message) : error;
  });
}

/** @throws UsageError for a scenario that no world can be made of, or a port that is taken. */
async function serve(flags: SimulateFlags, file: LoadedScenario | undefined): Promise<ServedSimulator> {
  const { host, advertisedHost, port } = flags;
  const [{ serveSimulator }, { ScenarioError }] = await Promise.all([
    import('../../simulator/serve.js'),
    import('../../simulator/scenario/read.js'),
  ]);
  const scenario = file?.scenario ?? scenarioOf(flags);
  const options = { scenario, host, port, ...(advertisedHost !== undefined && { advertisedHost }) };
  return serveSimulator(options).catch((error: unknown) => {
    if (error instanceof ScenarioError) throw new UsageError((file?.refuse(error) ?? error).message);
    const { code, port: taken } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE') throw error;
    throw new UsageError(
      `port ${taken} on ${host}: found another process that listens there; stop it, or choose another`,
    );
  });
}
