import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { devServerPollLimits } from '../domain/dev-server.js';
import { freePort, isListening, isPortFree, loopback } from './ports.js';
import type { Supervised } from './supervised.js';
import { spawnSupervised } from './supervised.js';

/** From process start to the first healthy answer. Measured: 0.3 to 0.5 s; a busy machine takes longer. */
const healthyWithinMs = 60_000;

const askAgainMs = 50;

/** How often other ports are chosen when somebody takes ours between looking and binding. */
const portAttempts = 5;

/** Settings that a dev server needs and a cluster does not. */
const dynamicConfig = [
  ...devServerPollLimits,
  // A worker gets the next activity with the reply to its workflow task, instead of with another poll.
  'system.enableActivityEagerExecution=true',
  // No request to the internet.
  'frontend.enableServerVersionCheck=false',
];

const attributesFromMemory = 'system.forceSearchAttributesCacheRefreshOnRead=false';

export type SearchAttributeKind = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

export interface TemporalServerOptions {
  readonly cliPath: string;
  /** Keeps everything in this file, over restarts; in memory when left out. */
  readonly dbFilename?: string;
  /** Whether to serve the web UI too; default no. */
  readonly ui?: boolean;
  /** A fixed port, for a restart in the same place; any free one when left out. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Made at the start when it does not exist; default `default`. */
  readonly namespace?: string;
  /** Made with the namespace: a namespace that an old database file holds already gets none of them. */
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeKind>>;
  /**
   * That none will be made while it runs. A dev server otherwise reads the namespace from its database before each start that
   * carries some, one at a time, and answers `Namespace default is not found` where that took too long: hundreds at once do.
   */
  readonly searchAttributesAreFinal?: boolean;
  /** Further settings of the server, each `name=value`. */
  readonly dynamicConfig?: readonly string[];
  /** Takes one line of progress at a time, for a human. */
  readonly log: (line: string) => void;
}

export interface TemporalServer {
  /** Host and port of the frontend, as `Connection.connect` wants it. */
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly namespace: string;
  readonly pid: number;
  /** Ends it politely, and forcibly after 10 s; settles once it is gone. Safe to repeat. */
  stop(): Promise<void>;
  /** Kills it as a power cut would. It is gone, and its port free again, once a `stop` after it settles. */
  kill(): void;
}

interface Ports {
  readonly port: number;
  readonly uiPort: number | undefined;
}

/**
 * Starts a Temporal dev server on the loopback address, and answers once its namespace can be used.
 *
 * The server dies with this process, however this process dies.
 *
 * @throws when a fixed port is taken, when the server ends before it is healthy (with its last lines), or after 60 s.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const namespace = options.namespace ?? 'default';
  await refuseTakenPorts([options.port, options.uiPort]);
  for (let attempt = 1; ; attempt += 1) {
    const ports = {
      port: options.port ?? (await freePort()),
      uiPort: options.ui === true ? (options.uiPort ?? (await freePort())) : undefined,
    };
    const address = addressOf(ports.port);
    const server = await spawnSupervised(options.cliPath, argumentsFor(options, namespace, ports), {
      name: 'temporal server start-dev',
    });
    try {
      await untilHealthy(server, ports.port, namespace);
    } catch (error) {
      await server.stop(0);
      const lostPort = server.lastLines().some((line) => line.includes('address already in use'));
      if (!lostPort || attempt === portAttempts) throw error;
      const either = [ports.port, ports.uiPort].filter((port) => port !== undefined).join(' or ');
      options.log(`another process took port ${either}; choosing others`);
      continue;
    }
    return {
      address,
      uiUrl: ports.uiPort === undefined ? undefined : `http://${loopback}:${ports.uiPort}`,
      namespace,
      pid: server.pid,
      stop: async () => {
        await server.stop();
      },
      kill: () => void server.kill('SIGKILL'),
    };
  }
}

async function refuseTakenPorts(ports: readonly (number | undefined)[]): Promise<void> {
  for (const port of ports) {
    if (port === undefined || (await isPortFree(port))) continue;
    throw new Error(
      `port ${port} on ${loopback} is taken, expected it free for the Temporal server: stop what listens there or choose another port`,
    );
  }
}

function argumentsFor(options: TemporalServerOptions, namespace: string, { port, uiPort }: Ports): string[] {
  const settings = [
    ...dynamicConfig,
    ...(options.searchAttributesAreFinal === true ? [attributesFromMemory] : []),
    ...(options.dynamicConfig ?? []),
  ];
  const attributes = Object.entries(options.searchAttributes ?? {}).map(([name, kind]) => `${name}=${kind}`);
  return [
    ...['server', 'start-dev', '--ip', loopback, '--port', String(port), '--namespace', namespace],
    ...['--log-level', 'error', '--ui-disable-news-fetch'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(options.dbFilename === undefined ? [] : ['--db-filename', options.dbFilename]),
    ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
    ...settings.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}

async function untilHealthy(server: Supervised, port: number, namespace: string): Promise<void> {
  const deadline = Date.now() + healthyWithinMs;
  let exit: string | undefined;
  void server.exited.then(({ code, signal }) => (exit = signal ?? `code ${String(code)}`));
  for (;;) {
    const problem = await whatIsWrong(port, namespace);
    if (exit !== undefined)
      throw new Error(`the Temporal server ended with ${exit} before it was healthy:\n${lastWords(server)}`);
    if (problem === undefined) return;
    if (Date.now() > deadline) {
      const found = `the Temporal server at ${addressOf(port)} is not healthy after ${healthyWithinMs / 1_000} s (${problem})`;
      throw new Error(
        `${found}, expected under a second: look for a machine out of memory or CPU. Its last lines:\n${lastWords(server)}`,
      );
    }
    await Promise.race([delay(askAgainMs), server.exited]);
  }
}

/** Asks for the namespace once: undefined when it can be used, else what is wrong. */
async function whatIsWrong(port: number, namespace: string): Promise<string | undefined> {
  // Before anybody listens a gRPC connection would back off for a second, when the server needs a third of one.
  if (!(await isListening(port))) return 'nobody listens yet';
  try {
    const connection = await Connection.connect({ address: addressOf(port), connectTimeout: '2 seconds' });
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return undefined;
    } finally {
      await connection.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const addressOf = (port: number) => `${loopback}:${port}`;

function lastWords(server: Supervised): string {
  const lines = server.lastLines();
  return lines.length === 0 ? '  (it said nothing)' : lines.map((line) => `  ${line}`).join('\n');
}
