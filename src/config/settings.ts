import { z } from 'zod';
import { readSeconds } from '../domain/drain.js';
import { clusterSchema, targetGroupArnSchema } from '../domain/ids.js';
import { deviceSchema, drainSchema, tunnelPolicySchema, windowSchema } from '../domain/input.js';

/** One setting: where it may come from, what it must look like, and what it is when nobody says. */
export interface Setting<T = unknown> {
  readonly flag: string;
  readonly env: string;
  readonly argument: string;
  readonly help: string;
  readonly schema: z.ZodType<T>;
  /** From the text of a flag or a variable to what the schema expects. */
  readonly read: (text: string) => unknown;
  readonly fallback?: T;
}

const text = (value: string): unknown => value;
const number = (value: string): unknown => (value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value));
const portSchema = z
  .int({ error: 'a port from 0 to 65535' })
  .min(0, { error: 'a port from 0 to 65535' })
  .max(65_535, { error: 'a port from 0 to 65535' });
const some = (what: string) => z.string({ error: what }).min(1, { error: what });
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Everything an agent can be told. Flag, then environment, then the file of `--config` (by the key's name), then the default. */
export const agentSettings = {
  cluster: {
    flag: '--cluster',
    env: 'DRAWBRIDGE_CLUSTER',
    argument: '<name>',
    help: 'cluster of this appliance (default: the instance tag neuwerk:cluster)',
    schema: clusterSchema,
    read: text,
  },
  targetGroupArn: {
    flag: '--target-group-arn',
    env: 'DRAWBRIDGE_TARGET_GROUP_ARN',
    argument: '<arn>',
    help: 'target group to use instead of searching it by tag',
    schema: targetGroupArnSchema,
    read: text,
  },
  drain: {
    flag: '--drain',
    env: 'DRAWBRIDGE_DRAIN',
    argument: '<seconds>',
    help: 'drain period such as 60 or 2m, or "deregistration-delay" for the target group\'s own (default: 60)',
    schema: drainSchema,
    read: readSeconds,
  },
  healthyWindow: {
    flag: '--healthy-window',
    env: 'DRAWBRIDGE_HEALTHY_WINDOW',
    argument: '<seconds>',
    help: 'how long a startup waits for healthy, 0 does not wait (default: 300)',
    schema: windowSchema,
    read: number,
  },
  tunnelPolicy: {
    flag: '--tunnel-policy',
    env: 'DRAWBRIDGE_TUNNEL_POLICY',
    argument: '<policy>',
    help: 'without a GENEVE interface: "require" fails, "warn" goes on, "skip" does not look (default: require)',
    schema: tunnelPolicySchema,
    read: text,
  },
  tunnelDevice: {
    flag: '--tunnel-device',
    env: 'DRAWBRIDGE_TUNNEL_DEVICE',
    argument: '<name>',
    help: 'interface that receives GENEVE, instead of detecting it',
    schema: deviceSchema,
    read: text,
  },
  tunnelWindow: {
    flag: '--tunnel-window',
    env: 'DRAWBRIDGE_TUNNEL_WINDOW',
    argument: '<seconds>',
    help: 'how long a startup looks for that interface (default: 60)',
    schema: windowSchema,
    read: number,
  },
  healthHost: {
    flag: '--health-host',
    env: 'DRAWBRIDGE_HEALTH_HOST',
    argument: '<address>',
    help: 'address of the health endpoint (default: 0.0.0.0)',
    schema: some('an address'),
    read: text,
    fallback: '0.0.0.0',
  },
  healthPort: {
    flag: '--health-port',
    env: 'DRAWBRIDGE_HEALTH_PORT',
    argument: '<port>',
    help: "port of the health endpoint, the target group's health check must ask it (default: 8080)",
    schema: portSchema,
    read: number,
    fallback: 8080,
  },
  metricsHost: {
    flag: '--metrics-host',
    env: 'DRAWBRIDGE_METRICS_HOST',
    argument: '<ip>',
    help: 'IP address of /metrics, for Prometheus (default: 127.0.0.1)',
    schema: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address such as 127.0.0.1' }),
    read: text,
    fallback: '127.0.0.1',
  },
  metricsPort: {
    flag: '--metrics-port',
    env: 'DRAWBRIDGE_METRICS_PORT',
    argument: '<port>',
    help: 'port of /metrics, 0 for none (default: 9464)',
    schema: portSchema,
    read: number,
    fallback: 9464,
  },
  configFile: {
    flag: '--controller-config',
    env: 'DRAWBRIDGE_CONTROLLER_CONFIG',
    argument: '<file>',
    help: 'file that the controller config is written to, as JSON (default: none)',
    schema: some('a file'),
    read: text,
  },
  receiptFile: {
    flag: '--receipt-file',
    env: 'DRAWBRIDGE_RECEIPT_FILE',
    argument: '<file>',
    help: 'file that the latest drain receipt is written to, as JSON (default: none)',
    schema: some('a file'),
    read: text,
  },
  imdsEndpoint: {
    flag: '--imds-endpoint',
    env: 'AWS_EC2_METADATA_SERVICE_ENDPOINT',
    argument: '<url>',
    help: 'instance metadata service (default: http://169.254.169.254)',
    schema: z.url({ error: 'a URL such as http://169.254.169.254' }),
    read: text,
    fallback: 'http://169.254.169.254',
  },
  logLevel: {
    flag: '--log-level',
    env: 'DRAWBRIDGE_LOG_LEVEL',
    argument: '<level>',
    help: `one of ${levels.join(', ')} (default: info)`,
    schema: z.enum(levels, { error: `one of ${levels.join(', ')}` }),
    read: text,
    fallback: 'info',
  },
  tracing: {
    flag: '--tracing',
    env: 'DRAWBRIDGE_TRACING',
    argument: '<mode>',
    help: '"otlp" sends OpenTelemetry traces, as the variables OTEL_... say (default: off)',
    schema: z.enum(['off', 'otlp'], { error: 'one of off, otlp' }),
    read: text,
    fallback: 'off',
  },
} as const satisfies Record<string, Setting>;

/** What a fleet worker can be told: it has no host. */
export const workerSettings = {
  cluster: { ...agentSettings.cluster, help: 'cluster whose fleet queue to work on' },
  region: {
    flag: '--region',
    env: 'AWS_REGION',
    argument: '<region>',
    help: 'AWS region of the cluster',
    schema: some('a region such as eu-central-1'),
    read: text,
  },
  metricsHost: agentSettings.metricsHost,
  metricsPort: agentSettings.metricsPort,
  logLevel: agentSettings.logLevel,
  tracing: agentSettings.tracing,
} as const satisfies Record<string, Setting>;

/** What whoever looks from a laptop can be told. */
export const operatorSettings = {
  cluster: {
    ...agentSettings.cluster,
    help: 'cluster of the appliances (default: the one that Temporal knows the instance in)',
  },
  targetGroupArn: {
    ...agentSettings.targetGroupArn,
    help: 'target group to look at, instead of those tagged with the cluster',
  },
  region: { ...workerSettings.region, help: "AWS region (default: the target group's, as its last startup found it)" },
} as const satisfies Record<string, Setting>;

type Table = Record<string, Setting>;

/** The values of a table of settings: there for certain where the setting has a default. */
export type Settings<T extends Table> = {
  readonly [K in keyof T]: T[K] extends { fallback: unknown }
    ? z.infer<T[K]['schema']>
    : z.infer<T[K]['schema']> | undefined;
};

export type AgentSettings = Settings<typeof agentSettings>;
export type OperatorSettings = Settings<typeof operatorSettings>;
export type WorkerSettings = Settings<typeof workerSettings>;
