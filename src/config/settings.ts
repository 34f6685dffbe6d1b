import * as z from 'zod/mini';
import { readSeconds } from '../domain/drain.js';
import { clusterSchema, targetGroupArnSchema } from '../domain/ids.js';
import { checkPolicySchema } from '../domain/verifying.js';
import { deviceSchema, drainSchema, tunnelDetectionSchema, tunnelPolicySchema, windowSchema } from '../domain/input.js';
import { drainPeriodSeconds, healthyWindowMs, tunnelWindowMs } from '../domain/timings.js';
import type { Settings, Table } from './setting.js';

const text = (value: string): unknown => value;
const number = (value: string): unknown => (value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value));
const portSchema = z
  .int({ error: 'a port from 0 to 65535' })
  .check(z.minimum(0, { error: 'a port from 0 to 65535' }), z.maximum(65_535, { error: 'a port from 0 to 65535' }));
const some = (what: string) => z.string({ error: what }).check(z.minLength(1, { error: what }));
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Everything an agent can be told. */
export const agentSettings = {
  cluster: {
    flag: '--cluster',
    env: 'DRAWBRIDGE_CLUSTER',
    argument: '<name>',
    help: 'cluster of this appliance',
    schema: clusterSchema,
    read: text,
    otherwise: 'instance tag neuwerk:cluster',
  },
  targetGroupArn: {
    flag: '--target-group-arn',
    env: 'DRAWBRIDGE_TARGET_GROUP_ARN',
    argument: '<arn>',
    help: 'target group to use instead of searching it by tag',
    schema: targetGroupArnSchema,
    read: text,
    otherwise: 'the one with the tag',
  },
  drain: {
    flag: '--drain',
    env: 'DRAWBRIDGE_DRAIN',
    argument: '<seconds>',
    help: 'drain period such as 60 or 2m, or "deregistration-delay" for the target group\'s own',
    schema: drainSchema,
    read: readSeconds,
    otherwise: drainPeriodSeconds,
  },
  healthyWindow: {
    flag: '--healthy-window',
    env: 'DRAWBRIDGE_HEALTHY_WINDOW',
    argument: '<seconds>',
    help: 'how long a startup waits for healthy, such as 300 or 5m; 0 does not wait',
    schema: windowSchema,
    read: readSeconds,
    otherwise: healthyWindowMs / 1_000,
  },
  tunnelPolicy: {
    flag: '--tunnel-policy',
    env: 'DRAWBRIDGE_TUNNEL_POLICY',
    argument: '<policy>',
    help: 'without a GENEVE interface: fail, warn and go on, or do not look',
    schema: tunnelPolicySchema,
    read: text,
    otherwise: 'require',
  },
  tunnelDevice: {
    flag: '--tunnel-device',
    env: 'DRAWBRIDGE_TUNNEL_DEVICE',
    argument: '<name>',
    help: 'interface that receives GENEVE, instead of detecting it',
    schema: deviceSchema,
    read: text,
    otherwise: 'detected',
  },
  tunnelDetection: {
    flag: '--tunnel-detection',
    env: 'DRAWBRIDGE_TUNNEL_DETECTION',
    argument: '<how>',
    help: "what to recognise that interface by: a kernel device, gwlbtun's, a listener, an address",
    schema: tunnelDetectionSchema,
    read: text,
    otherwise: 'auto',
  },
  tunnelWindow: {
    flag: '--tunnel-window',
    env: 'DRAWBRIDGE_TUNNEL_WINDOW',
    argument: '<seconds>',
    help: 'how long a startup looks for that interface, such as 60 or 1m',
    schema: windowSchema,
    read: readSeconds,
    otherwise: tunnelWindowMs / 1_000,
  },
  healthHost: {
    flag: '--health-host',
    env: 'DRAWBRIDGE_HEALTH_HOST',
    argument: '<address>',
    help: 'address of the health endpoint',
    schema: some('an address'),
    read: text,
    fallback: '0.0.0.0',
  },
  healthPort: {
    flag: '--health-port',
    env: 'DRAWBRIDGE_HEALTH_PORT',
    argument: '<port>',
    help: "port of the health endpoint, the target group's health check must ask it",
    schema: portSchema,
    read: number,
    fallback: 8080,
  },
  metricsHost: {
    flag: '--metrics-host',
    env: 'DRAWBRIDGE_METRICS_HOST',
    argument: '<ip>',
    help: 'IP address of /metrics, for Prometheus',
    schema: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address such as 127.0.0.1' }),
    read: text,
    fallback: '127.0.0.1',
  },
  metricsPort: {
    flag: '--metrics-port',
    env: 'DRAWBRIDGE_METRICS_PORT',
    argument: '<port>',
    help: 'port of /metrics, 0 for none',
    schema: portSchema,
    read: number,
    fallback: 9464,
  },
  controllerConfig: {
    flag: '--controller-config',
    env: 'DRAWBRIDGE_CONTROLLER_CONFIG',
    argument: '<file>',
    help: 'file that the controller config is written to, as JSON',
    schema: some('a file'),
    read: text,
  },
  receiptFile: {
    flag: '--receipt-file',
    env: 'DRAWBRIDGE_RECEIPT_FILE',
    argument: '<file>',
    help: 'file that the latest drain receipt is written to, as JSON',
    schema: some('a file'),
    read: text,
  },
  imdsEndpoint: {
    flag: '--imds-endpoint',
    env: 'AWS_EC2_METADATA_SERVICE_ENDPOINT',
    argument: '<url>',
    help: 'instance metadata service',
    schema: z.url({ error: 'a URL such as http://169.254.169.254' }),
    read: text,
    fallback: 'http://169.254.169.254',
  },
  logLevel: {
    flag: '--log-level',
    env: 'DRAWBRIDGE_LOG_LEVEL',
    argument: '<level>',
    help: 'how much is logged',
    schema: z.enum(levels, { error: `one of ${levels.join(', ')}` }),
    read: text,
    fallback: 'info',
  },
  tracing: {
    flag: '--tracing',
    env: 'DRAWBRIDGE_TRACING',
    argument: '<mode>',
    help: '"otlp" sends OpenTelemetry traces, as the variables OTEL_... say',
    schema: z.enum(['off', 'otlp'], { error: 'one of off, otlp' }),
    read: text,
    fallback: 'off',
  },
} as const satisfies Table;

/** What a fleet worker can be told: it has no host. */
export const workerSettings = {
  cluster: { ...agentSettings.cluster, help: 'cluster whose fleet queue to work on', otherwise: 'required' },
  region: {
    flag: '--region',
    env: 'AWS_REGION',
    otherEnv: 'AWS_DEFAULT_REGION',
    argument: '<region>',
    help: 'AWS region of the cluster',
    schema: some('a region such as eu-central-1'),
    read: text,
    otherwise: 'required',
  },
  metricsHost: agentSettings.metricsHost,
  metricsPort: agentSettings.metricsPort,
  logLevel: agentSettings.logLevel,
  tracing: agentSettings.tracing,
} as const satisfies Table;

/** What whoever takes an instance out, or brings it back, from a laptop can be told. */
export const operatorSettings = {
  cluster: {
    ...agentSettings.cluster,
    help: 'cluster of the appliances',
    otherwise: 'the one that Temporal knows the instance in',
  },
  targetGroupArn: {
    ...agentSettings.targetGroupArn,
    help: 'target group of the instance',
    otherwise: 'the one its last startup found',
  },
} as const satisfies Table;

/** What whoever looks from there can be told. */
export const statusSettings = {
  cluster: operatorSettings.cluster,
  targetGroupArn: {
    ...agentSettings.targetGroupArn,
    help: 'target group to look at',
    otherwise: 'those tagged with the cluster',
  },
  region: {
    ...workerSettings.region,
    help: 'AWS region',
    otherwise: "the target group's, as its last startup found it",
  },
} as const satisfies Table;

/** What the deprecated route mode can be told by variables and a file, too. */
export const legacySettings = {
  cluster: agentSettings.cluster,
  controllerConfig: agentSettings.controllerConfig,
  imdsEndpoint: agentSettings.imdsEndpoint,
} as const satisfies Table;

/** What a verification can be told: not every appliance has an iperf3 server, or the SSM Agent. */
export const verifySettings = {
  iperf3: {
    flag: '--iperf3',
    env: 'DRAWBRIDGE_VERIFY_IPERF3',
    argument: '<policy>',
    help: 'whether an iperf3 server has to listen',
    schema: checkPolicySchema,
    read: text,
    fallback: 'require',
  },
  probe: {
    flag: '--probe',
    env: 'DRAWBRIDGE_VERIFY_PROBE',
    argument: '<policy>',
    help: 'whether a command has to succeed',
    schema: checkPolicySchema,
    read: text,
    fallback: 'require',
  },
} as const satisfies Table;

/** Every key that a file may have: one file serves the agents, the fleet workers and the operators of a cluster. */
export const everySetting: Table = { ...statusSettings, ...workerSettings, ...agentSettings, ...verifySettings };

export type AgentSettings = Settings<typeof agentSettings>;
export type LegacySettings = Settings<typeof legacySettings>;
export type OperatorSettings = Settings<typeof operatorSettings>;
export type WorkerSettings = Settings<typeof workerSettings>;
