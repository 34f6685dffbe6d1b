import type { Clock } from './clock.js';
import { controlListener } from './control/listener.js';
import { arrange, simulatorOptions } from './scenario/arrange.js';
import { readScenario } from './scenario/read.js';
import type { ScenarioInput } from './scenario/schema.js';
import type { Simulator } from './simulator.js';
import { startSimulator } from './simulator.js';

/** What to serve, and where. */
export interface ServeOptions {
  /** The world to start with. */
  readonly scenario: ScenarioInput;
  /** Address to bind. @default '127.0.0.1', so that nobody else can reach it */
  readonly host?: string;
  /** The host in the endpoints that are handed out, when others know this machine by a name. @default `host` */
  readonly advertisedHost?: string;
  /** Port of the services and of the control API. @default one that is free */
  readonly port?: number;
  /** In place of the scenario's. */
  readonly clock?: Clock;
}

/** A simulator that serves, and what to tell whoever started it. */
export interface ServedSimulator {
  readonly simulator: Simulator;
  readonly endpoint: string;
  readonly controlEndpoint: string;
  readonly targetGroups: readonly { readonly name: string; readonly arn: string }[];
  readonly instances: readonly ServedInstance[];
  /** All of that, ready to print: comments, and lines that a shell can `export`. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** One instance of the world. */
interface ServedInstance {
  readonly instanceId: string;
  readonly imdsEndpoint: string;
  /** What a process needs to play this instance. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a simulator with the world of a scenario, and a control API below `/_drawbridge/`.
 *
 * @throws `ScenarioError` when there is no such world, what the system says when a port is taken; nothing is left listening then.
 */
export async function serveSimulator({ scenario: given, clock, ...listening }: ServeOptions): Promise<ServedSimulator> {
  const scenario = readScenario(given);
  const simulator = await startSimulator({
    ...simulatorOptions(scenario),
    ...listening,
    ...(clock && { clock }),
    control: controlListener,
  });
  try {
    await arrange(simulator, scenario);
  } catch (error) {
    await simulator.close();
    throw error;
  }
  const { endpoint } = simulator;
  const served = {
    endpoint,
    controlEndpoint: `${endpoint}/_drawbridge`,
    targetGroups: simulator.targetGroups.map(({ name, arn }) => ({ name, arn })),
    instances: simulator.instances.map(({ instanceId, imdsEndpoint }) => ({
      instanceId,
      imdsEndpoint,
      environment: simulator.environment(instanceId),
    })),
  };
  const lines = describe(served, simulator.environment());
  return { ...served, simulator, lines, close: () => simulator.close() };
}

function describe(
  { endpoint, controlEndpoint, targetGroups, instances }: Omit<ServedSimulator, 'simulator' | 'lines' | 'close'>,
  operator: Readonly<Record<string, string>>,
): string[] {
  return [
    `# services     ${endpoint}`,
    `# control API  ${controlEndpoint}/openapi.json`,
    ...targetGroups.flatMap(({ name, arn }) => [`# target group ${name}`, `#   ${arn}`]),
    '',
    '# to ask it as an operator',
    ...exports(operator),
    ...instances.flatMap(({ instanceId, environment }) => [
      '',
      `# beyond that, to ask it as ${instanceId}`,
      ...exports(environment).filter((line) => !exports(operator).includes(line)),
    ]),
  ];
}

const exports = (environment: Readonly<Record<string, string>>): string[] =>
  Object.entries(environment).map(([name, value]) => `export ${name}=${value}`);
