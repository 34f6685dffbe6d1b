import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../src/demo/ports.js';
import { spawnSupervised } from '../../src/demo/supervised.js';
import type { Supervised } from '../../src/demo/supervised.js';

/** Debian keeps the programs of each version in a folder of its own, outside of PATH. */
const debian = '/usr/lib/postgresql';
const folders = spawnSync('test', ['-d', debian]).status === 0 ? readdirSync(debian).sort().reverse() : [];
const bin = ['', ...folders.map((version) => `${debian}/${version}/bin/`)].find(
  (folder) => spawnSync(`${folder}initdb`, ['--version']).error === undefined,
);

export const postgresqlIsInstalled = bin !== undefined;

/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : undefined;

function idOfNobody(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}

/** A PostgreSQL with a folder and a port of its own. It never outlives this process. */
export class Postgresql {
  readonly port: number;
  readonly #folder: string;
  #server: Supervised | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async start(): Promise<Postgresql> {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-postgresql-'));
    if (nobody !== undefined) chownSync(folder, nobody.uid, nobody.gid);
    const postgresql = new Postgresql(await freePort(), folder);
    try {
      await postgresql.#initialize();
      await postgresql.#begin();
    } catch (error) {
      await postgresql.stop();
      throw error;
    }
    return postgresql;
  }

  /** As a power cut and its return: nothing is said to anybody, and what was committed is read back from its log. */
  async crash(): Promise<void> {
    await this.#end('SIGQUIT');
    await this.#begin();
  }

  /** What a database takes on disk, indexes included, without the room that updates left in it. */
  bytesOf(database: string): number {
    const place = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'temporal', '-d', database];
    const ask = (query: string) => execFileSync(`${bin ?? ''}psql`, [...place, '-Atc', query], { encoding: 'utf8' });
    ask('vacuum full');
    return Number(ask(`select pg_database_size('${database}')`));
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** And its folder is gone. Safe to repeat. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async #initialize(): Promise<void> {
    // Trust: only this machine's loopback address is listened on.
    const how = ['--username', 'temporal', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'];
    const initdb = await this.#run('initdb', ['--pgdata', this.#data, ...how]);
    const { code } = await initdb.exited;
    if (code !== 0) throw new Error(`initdb ended with code ${String(code)}:\n${initdb.lastLines().join('\n')}`);
  }

  async #begin(): Promise<void> {
    const { port } = this;
    // Five services, each with up to 20 connections to each of two databases: more than the default of 100.
    const args = ['-D', this.#data, '-p', String(port), '-k', this.#folder, '-h', '127.0.0.1', '-N', '300'];
    this.#server = await this.#run('postgres', args);
    // It listens before it answers: after a crash it reads its log back first.
    const isReady = () => spawnSync(`${bin ?? ''}pg_isready`, ['-h', '127.0.0.1', '-p', String(port)]).status === 0;
    await vi.waitUntil(isReady, { timeout: 60_000, interval: 100 });
  }

  /** SIGINT: "fast shutdown"; SIGQUIT: "immediate shutdown", which leaves the recovery to the next start. */
  async #end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    this.#server?.kill(signal);
    await this.#server?.exited;
  }

  #run(program: string, args: readonly string[]): Promise<Supervised> {
    const command = [`${bin ?? ''}${program}`, ...args];
    if (nobody !== undefined)
      command.unshift('setpriv', `--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups');
    const [first = '', ...rest] = command;
    return spawnSupervised(first, rest, { name: program, cwd: this.#folder });
  }
}
