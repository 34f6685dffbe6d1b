import { createControl } from './control.js';
import type { Clock } from './clock.js';
import { scaledClock } from './clock.js';
import type { HealthCheck } from './world/health-check.js';
import type { Simulator } from './simulator.js';
import { startSimulator } from './simulator.js';

/** The world that a served simulator starts with. */
export interface ServeOptions {
  /** Address to bind. @default '127.0.0.1', so that nobody else can reach it */
  readonly host?: string;
  /** The host in the endpoints that are printed, when others know this machine by a name. @default `host` */
  readonly advertisedHost?: string;
  /** Port of the services and of the control surface. @default one that is free */
  readonly port?: number;
  /** @default 'eu-central-1' */
  readonly region?: string;
  /** Value of the tag `neuwerk:cluster`. */
  readonly cluster: string;
  /** The instances; each is probed by real requests. */
  readonly instances: readonly ServedInstance[];
  /** Health check of the group. @default HTTP `/health` at GENEVE's pace */
  readonly healthCheck?: Partial<HealthCheck>;
  readonly deregistrationDelaySeconds?: number;
  readonly registrationDelaySeconds?: number;
  /** How many times as fast as the wall's the simulated clock runs. @default 1 */
  readonly speed?: number;
  /** In place of `speed`. */
  readonly clock?: Clock;
  readonly pageSize?: number;
}

/** One instance of the world. */
export interface ServedInstance {
  /** Port on which the process that plays the instance answers health checks. */
  readonly probePort: number;
  /** @default '127.0.0.1' */
  readonly probeHost?: string;
  /** @default made up */
  readonly instanceId?: string;
  /** Port of its metadata service. @default one that is free */
  readonly imdsPort?: number;
}

/** A simulator that serves, and what to tell the person who started it. */
export interface ServedSimulator {
  readonly simulator: Simulator;
  readonly endpoint: string;
  readonly controlEndpoint: string;
  readonly targetGroupArn: string;
  readonly instances: readonly {
    readonly instanceId: string;
    readonly imdsEndpoint: string;
    /** What a process needs to play this instance. */
    readonly environment: Readonly<Record<string, string>>;
  }[];
  /** All of that, ready to print: comments, and lines that a shell can `export`. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

const servedVpcId = 'vpc-00000000000000001';

/** The tag that says which cluster something belongs to. */
const clusterTag = 'neuwerk:cluster';

/**
 * Starts a simulator with one GENEVE target group and its instances, and a control surface below `/_drawbridge/`.
 *
 * @throws when a port is taken, or an instance id is given twice; nothing is left listening then.
 */
export async function serveSimulator(options: ServeOptions): Promise<ServedSimulator> {
  const { cluster, clock = scaledClock(options.speed ?? 1) } = options;
  const simulator = await startSimulator({ ...startOptions(options), clock, control: createControl });
  try {
    const group = simulator.createTargetGroup({
      name: `${cluster.replace(/[^0-9A-Za-z-]/g, '-')}-appliances`,
      vpcId: servedVpcId,
      tags: { [clusterTag]: cluster },
      healthCheck: { protocol: 'HTTP', path: '/health', ...options.healthCheck },
      ...(options.registrationDelaySeconds !== undefined && {
        registrationDelaySeconds: options.registrationDelaySeconds,
      }),
      attributes:
        options.deregistrationDelaySeconds === undefined
          ? {}
          : { 'deregistration_delay.timeout_seconds': String(options.deregistrationDelaySeconds) },
    });
    const instances = [];
    for (const { probePort, probeHost = '127.0.0.1', ...given } of options.instances) {
      const { instanceId, imdsEndpoint } = await simulator.createInstance({
        ...given,
        vpcId: servedVpcId,
        tags: { [clusterTag]: cluster },
        probe: 'http',
        probeAddress: { host: probeHost, port: probePort },
      });
      instances.push({ instanceId, imdsEndpoint, environment: simulator.environment(instanceId) });
    }
    const { endpoint } = simulator;
    const served = { endpoint, controlEndpoint: `${endpoint}/_drawbridge`, targetGroupArn: group.arn, instances };
    return { ...served, simulator, lines: describe(served), close: () => simulator.close() };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

const startOptions = ({ host, advertisedHost, port, region, pageSize }: ServeOptions) => ({
  ...(host !== undefined && { host }),
  ...(advertisedHost !== undefined && { advertisedHost }),
  ...(port !== undefined && { port }),
  ...(region !== undefined && { region }),
  ...(pageSize !== undefined && { pageSize }),
});

function describe(served: Omit<ServedSimulator, 'simulator' | 'lines' | 'close'>): string[] {
  return [
    `# services      ${served.endpoint}`,
    `# control       ${served.controlEndpoint}/targets`,
    `# target group  ${served.targetGroupArn}`,
    ...served.instances.flatMap(({ instanceId, imdsEndpoint, environment }) => [
      `# instance ${instanceId}, metadata ${imdsEndpoint}`,
      ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
    ]),
  ];
}
