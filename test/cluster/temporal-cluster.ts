import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { freePort, isListening } from '../../src/demo/ports.js';
import { spawnSupervised } from '../../src/demo/supervised.js';
import type { Supervised } from '../../src/demo/supervised.js';
import { obtainTemporalCli } from '../../src/demo/temporal-cli.js';
import { Balancer } from './balancer.js';
import type { Postgresql } from './postgresql.js';
import { obtainServerPrograms } from './server-programs.js';

const run = promisify(execFile);
const setUp = fileURLToPath(new URL('../../deploy/temporal/', import.meta.url));

/** Services find each other by address and by their service's one port, so that a second frontend has an address of its own. */
const members = {
  history: { service: 'history', host: '127.0.0.1' },
  matching: { service: 'matching', host: '127.0.0.1' },
  worker: { service: 'worker', host: '127.0.0.1' },
  'frontend 1': { service: 'frontend', host: '127.0.0.1' },
  'frontend 2': { service: 'frontend', host: '127.0.0.2' },
} as const;
export type Member = keyof typeof members;
export const memberNames = Object.keys(members) as Member[];

/** A real cluster: each service a process of its own, on PostgreSQL, set up by the scripts that docker-compose.yml runs. */
export class TemporalCluster {
  /** The frontends, and whoever has them. */
  readonly balancer: Balancer;
  readonly #server: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #log: (line: string) => void;
  readonly #processes = new Map<Member, Supervised>();

  private constructor(
    balancer: Balancer,
    server: string,
    env: Readonly<Record<string, string>>,
    log: (line: string) => void,
  ) {
    this.#log = log;
    this.balancer = balancer;
    this.#server = server;
    this.#env = env;
  }

  static async start(postgresql: Postgresql, log: (line: string) => void): Promise<TemporalCluster> {
    const { 'temporal-server': server, 'temporal-sql-tool': sqlTool } = await obtainServerPrograms(log);
    const temporal = await obtainTemporalCli({ log });
    await usingPath({ 'temporal-sql-tool': sqlTool }, (path) =>
      run('sh', [`${setUp}setup-schema.sh`], {
        env: {
          ...path,
          SQL_HOST: '127.0.0.1',
          SQL_PORT: String(postgresql.port),
          SQL_USER: 'temporal',
          SQL_PASSWORD: 'temporal',
        },
      }),
    );
    const env = await environmentOf(postgresql);
    const port = Number(env.FRONTEND_GRPC_PORT);
    const frontends = Object.values(members).filter(({ service }) => service === 'frontend');
    const balancer = await Balancer.start(frontends.map(({ host }) => ({ host, port })));
    const cluster = new TemporalCluster(balancer, server, env, log);
    try {
      for (const member of memberNames) await cluster.begin(member);
      await usingPath({ temporal }, (path) =>
        run('sh', [`${setUp}setup-namespace.sh`], { env: { ...path, TEMPORAL_ADDRESS: balancer.address } }),
      );
    } catch (error) {
      const lastWords = cluster.lastWords();
      await cluster.stop();
      throw new Error(`the cluster is not healthy, expected it to be within a minute:\n${lastWords}`, { cause: error });
    }
    return cluster;
  }

  /** Starts a service that does not run. Resolves once it listens. One that ends by itself is started again, as docker-compose.yml has it. */
  async begin(member: Member): Promise<void> {
    const { service, host } = members[member];
    const args = ['--allow-no-auth', 'start', `--service=${service}`];
    const env = { ...this.#env, BIND_ON_IP: host, TEMPORAL_BROADCAST_ADDRESS: host };
    const process = await spawnSupervised(this.#server, args, { name: member, env });
    this.#processes.set(member, process);
    void process.exited.then(async ({ code }) => {
      if (this.#processes.get(member) !== process) return;
      this.#log(`${member} ended with ${String(code)}, and is started again: ${process.lastLines().at(-1) ?? ''}`);
      await this.begin(member);
    });
    const port = Number(this.#env[`${service.toUpperCase()}_GRPC_PORT`]);
    await vi.waitUntil(() => isListening(port, host), { timeout: 60_000, interval: 100 });
  }

  /** As when its machine is gone. */
  async kill(member: Member): Promise<void> {
    const process = this.#processes.get(member);
    this.#processes.delete(member);
    process?.kill('SIGKILL');
    await process?.exited;
  }

  connectionsTo(member: Member): number {
    return this.balancer.connectionsTo(members[member].host);
  }

  /** Undefined for a service that does not run. */
  pidOf(member: Member): number | undefined {
    return this.#processes.get(member)?.pid;
  }

  async stop(): Promise<void> {
    this.balancer.close();
    const processes = [...this.#processes.values()];
    this.#processes.clear();
    // A service takes its time to hand over to others; there are none.
    await Promise.all(processes.map((process) => process.stop(1_000)));
  }

  /** What its services said last, for an error message. */
  lastWords(): string {
    const lines = ([member, process]: [Member, Supervised]) =>
      process
        .lastLines()
        .slice(-3)
        .map((line) => `${member}: ${line}`);
    return [...this.#processes].flatMap(lines).join('\n');
  }
}

/** As docker-compose.yml has it, on ports of our own. */
async function environmentOf(postgresql: Postgresql): Promise<Readonly<Record<string, string>>> {
  const services = ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'];
  const names = services.flatMap((service) => [`${service}_GRPC_PORT`, `${service}_MEMBERSHIP_PORT`]);
  const ports: Record<string, string> = {};
  for (const name of [...names, 'FRONTEND_HTTP_PORT']) ports[name] = String(await freePort());
  return {
    ...ports,
    DB: 'postgres12',
    DB_PORT: String(postgresql.port),
    POSTGRES_SEEDS: '127.0.0.1',
    POSTGRES_USER: 'temporal',
    POSTGRES_PWD: 'temporal',
    NUM_HISTORY_SHARDS: '16',
    DYNAMIC_CONFIG_FILE_PATH: `${setUp}dynamic-config.yaml`,
    LOG_LEVEL: 'error',
  };
}

/** Runs `work` with these programs on PATH under these names, whatever their files are called. */
async function usingPath(
  programs: Readonly<Record<string, string>>,
  work: (env: { PATH: string; HOME: string }) => Promise<unknown>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-path-'));
  try {
    for (const [name, file] of Object.entries(programs)) await symlink(file, join(folder, name));
    // No HOME of a person: the CLI would read his profiles.
    await work({ PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
