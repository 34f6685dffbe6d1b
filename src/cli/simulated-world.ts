import { z } from 'zod';
import { UsageError } from '../config/usage-error.js';
import { clusterSchema, clusterTag, instanceIdSchema } from '../domain/ids.js';
import { explain } from '../domain/input.js';
import type { ScenarioInput } from '../simulator/scenario/schema.js';

const number = (what: string) => z.coerce.number({ error: what }).min(0, { error: what });
const port = z.coerce
  .number({ error: 'a port from 0 to 65535' })
  .int({ error: 'a port from 0 to 65535' })
  .min(0, { error: 'a port from 0 to 65535' })
  .max(65_535, { error: 'a port from 0 to 65535' });
const address = z.string().min(1, { error: 'an address' });

/** The flags of `drawbridge simulate`, as they come from the command line. */
export const simulateFlags = z.object({
  scenario: z.string().min(1, { error: 'a file' }).optional(),
  host: address,
  advertisedHost: address.optional(),
  port,
  json: z.boolean().default(false),
  print: z.enum(['scenario-schema', 'openapi']).optional(),
  cluster: clusterSchema,
  instance: z.array(z.string()).default([]),
  region: z.string().min(1, { error: 'a region' }),
  registrationDelay: number('seconds, 0 or more'),
  deregistrationDelay: number('whole seconds from 0 to 3600')
    .int({ error: 'whole seconds from 0 to 3600' })
    .max(3_600, { error: 'whole seconds from 0 to 3600' }),
  throttling: z.enum(['published', 'off']),
  speed: number('a factor above 0').refine((factor) => factor > 0, { error: 'a factor above 0' }),
  clock: z.literal('manual').optional(),
});

/** The flags, read and with their defaults. */
export type SimulateFlags = z.output<typeof simulateFlags>;

/** The flags that describe a world, and where a scenario file says the same. */
const worldFlags: Partial<Record<keyof SimulateFlags, string>> = {
  cluster: 'targetGroups and instances',
  instance: 'instances',
  region: 'region',
  registrationDelay: 'targetGroups',
  deregistrationDelay: 'targetGroups',
  throttling: 'throttling',
  speed: 'clock',
  clock: 'clock',
};

/** Such as `--registration-delay`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws UsageError when flags were given that say the same as others. @param isGiven - whether a flag is on the command line */
export function refuseContradictions(isGiven: (name: keyof SimulateFlags) => boolean): void {
  const names = Object.keys(worldFlags) as (keyof SimulateFlags)[];
  const problems = isGiven('scenario')
    ? names
        .filter(isGiven)
        .map(
          (name) =>
            `${flagOf(name)}: found together with --scenario, expected it in the file: ${worldFlags[name] ?? ''}`,
        )
    : isGiven('clock') && isGiven('speed')
      ? ['--speed: found together with --clock manual, expected one of them']
      : [];
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

const vpcId = 'vpc-00000000000000001';

/** The longest name of a target group. Source: ELBv2 API reference, CreateTargetGroup. */
const longestName = 32;

/** The world that flags describe: one GENEVE target group of a cluster, and its instances. @throws UsageError for an instance that is none. */
export function scenarioOf(flags: SimulateFlags): ScenarioInput {
  const { cluster, region, throttling, registrationDelay, deregistrationDelay } = flags;
  const tags = { [clusterTag]: cluster };
  return {
    region,
    throttling,
    clock: clockOf(flags),
    targetGroups: [
      {
        name: `appliances-${cluster.replace(/[^0-9A-Za-z-]/g, '-')}`.slice(0, longestName).replace(/-+$/, ''),
        vpcId,
        tags,
        healthCheck: { protocol: 'HTTP', path: '/health' },
        registrationDelaySeconds: registrationDelay,
        attributes: { 'deregistration_delay.timeout_seconds': String(deregistrationDelay) },
      },
    ],
    instances: flags.instance.map((spec) => ({ ...instanceOf(spec), vpcId, tags, probe: 'real' as const })),
  };
}

function clockOf({ clock, speed }: SimulateFlags): NonNullable<ScenarioInput['clock']> {
  if (clock === 'manual') return { kind: 'manual' };
  return speed === 1 ? { kind: 'real' } : { kind: 'scaled', speed };
}

const instanceSchema = z.strictObject({
  id: z.optional(instanceIdSchema),
  health: z.string({ error: 'health=host:port' }).regex(/^[^:\s]+:\d{1,5}$/, { error: 'health=host:port' }),
  imds: port.optional(),
});

function instanceOf(spec: string) {
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
  const [host = '', probePort] = health.split(':');
  return {
    probeAddress: { host, port: Number(probePort) },
    ...(id === undefined ? {} : { instanceId: id }),
    ...(imds === undefined ? {} : { imdsPort: imds }),
  };
}
