import { Command } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../config/load.js';
import { clusterSchema, instanceIdSchema } from '../../domain/ids.js';
import { explain } from '../../domain/input.js';
import type { ServedSimulator } from '../../simulator/serve.js';

const number = (what: string) => z.coerce.number({ error: what }).min(0, { error: what });
const port = z.coerce
  .number({ error: 'a port from 0 to 65535' })
  .int({ error: 'a port from 0 to 65535' })
  .min(0, { error: 'a port from 0 to 65535' })
  .max(65_535, { error: 'a port from 0 to 65535' });

const optionsSchema = z.object({
  cluster: clusterSchema,
  host: z.string().min(1, { error: 'an address' }),
  advertisedHost: z.string().min(1, { error: 'an address' }).optional(),
  port,
  region: z.string().min(1, { error: 'a region' }),
  speed: number('a factor above 0').refine((factor) => factor > 0, { error: 'a factor above 0' }),
  deregistrationDelay: number('seconds from 0 to 3600').max(3_600, { error: 'seconds from 0 to 3600' }),
  registrationDelay: number('seconds, 0 or more'),
  json: z.boolean().default(false),
});

const instanceSchema = z.strictObject({
  id: instanceIdSchema.optional(),
  health: z.string({ error: 'health=host:port' }).regex(/^[^:\s]+:\d{1,5}$/, { error: 'health=host:port' }),
  imds: port.optional(),
});

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('Run the simulated AWS alone: one GENEVE target group and its instances, over HTTP.')
    .option('--cluster <name>', 'cluster that group and instances are tagged with', 'demo')
    .option('--instance <spec...>', 'an instance, as "health=host:port", and optionally ",id=i-..." and ",imds=port"')
    .option('--host <address>', 'address to bind', '127.0.0.1')
    .option('--advertised-host <address>', 'host in the endpoints that are printed')
    .option('--port <port>', 'port of the AWS services and of /_drawbridge/, 0 for any', '0')
    .option('--region <region>', 'AWS region', 'eu-central-1')
    .option('--speed <factor>', 'how many times as fast as the wall clock', '1')
    .option('--registration-delay <seconds>', 'time until health checks begin', '1')
    .option('--deregistration-delay <seconds>', "the target group's attribute", '300')
    .option('--json', 'print endpoints and environments as JSON')
    .addHelpText(
      'after',
      `
Prints what an agent needs in its environment, then runs until Ctrl-C.
State and requests: GET /_drawbridge/targets, GET /_drawbridge/journal.

Example:
  drawbridge simulate --instance health=127.0.0.1:8080,id=i-0123456789abcdef0`,
    );
  return command.action(async () => {
    const given: Record<string, unknown> & { instance?: string[] } = command.opts();
    const parsed = optionsSchema.safeParse(given);
    if (!parsed.success)
      throw new UsageError(
        explain(parsed.error, given)
          .map((line) => `--${line}`)
          .join('\n'),
      );
    const { json, ...options } = parsed.data;
    const { serveSimulator } = await import('../../simulator/serve.js');
    const served = await serveSimulator({
      cluster: options.cluster,
      host: options.host,
      ...(options.advertisedHost === undefined ? {} : { advertisedHost: options.advertisedHost }),
      port: options.port,
      region: options.region,
      speed: options.speed,
      registrationDelaySeconds: options.registrationDelay,
      deregistrationDelaySeconds: options.deregistrationDelay,
      instances: (given.instance ?? []).map(readInstance),
    });
    process.stdout.write(`${json ? JSON.stringify(describe(served)) : served.lines.join('\n')}\n`);
    await new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
    });
    await served.close();
  });
}

const describe = ({ endpoint, controlEndpoint, targetGroupArn, instances }: ServedSimulator) => ({
  endpoint,
  controlEndpoint,
  targetGroupArn,
  instances,
});

function readInstance(spec: string) {
  const fields = Object.fromEntries(
    spec.split(',').map((field): [string, unknown] => [field.split('=', 1)[0] ?? '', field.split(/=(.*)/s)[1]]),
  );
  const parsed = instanceSchema.safeParse(fields);
  if (!parsed.success)
    throw new UsageError(
      explain(parsed.error, fields)
        .map((line) => `--instance ${spec}: ${line}`)
        .join('\n'),
    );
  const { id, health, imds } = parsed.data;
  const [probeHost = '', probePort] = health.split(':');
  return {
    probeHost,
    probePort: Number(probePort),
    ...(id === undefined ? {} : { instanceId: id }),
    ...(imds === undefined ? {} : { imdsPort: imds }),
  };
}
