import { readFileSync, readdirSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { shutdownId, startupId } from '../../src/domain/ids.js';
import type { JournalEntry } from '../../src/simulator/simulator.js';
import type { Postgresql } from './postgresql.js';
import { memberNames } from './temporal-cluster.js';
import type { TemporalCluster } from './temporal-cluster.js';

/** Of Linux on every machine that Node runs on. Source: proc(5), `sysconf(_SC_CLK_TCK)`. */
const ticksPerSecond = 100;

/** What lives cost a cluster, for docs/scaling.md. */
export class Figures {
  readonly #postgresql: Postgresql;
  readonly #temporal: TemporalCluster;
  readonly #lives: number;
  readonly #emptyBytes: number;
  readonly #log: (line: string) => void;

  /** Made while the cluster has seen no life yet. */
  constructor(postgresql: Postgresql, temporal: TemporalCluster, lives: number, log: (line: string) => void) {
    this.#postgresql = postgresql;
    this.#temporal = temporal;
    this.#lives = lives;
    this.#log = log;
    this.#emptyBytes = this.#storedBytes();
  }

  /** From now to the call of what it returns: seconds on the clock, and of CPU. */
  begin(what: string): () => void {
    const [since, before] = [performance.now(), this.#cpuSeconds()];
    return () => {
      const seconds = (performance.now() - since) / 1_000;
      const after = this.#cpuSeconds();
      const cpu = Object.keys(after).map((name) => `${name} ${((after[name] ?? 0) - (before[name] ?? 0)).toFixed(1)}`);
      this.#log(`${this.#lives} ${what} in ${seconds.toFixed(1)} s; seconds of CPU: ${cpu.join(', ')}`);
    };
  }

  /** What is known once all lives are over. `instanceId`: one that lived. */
  async report(client: Client, instanceId: string, journal: readonly JournalEntry[]): Promise<void> {
    const events = async (id: string): Promise<number> =>
      (await client.workflow.getHandle(id).describe()).historyLength;
    const [startup, shutdown] = [await events(startupId(instanceId)), await events(shutdownId(instanceId))];
    this.#log(`events of a life: ${startup} in, ${shutdown} out`);
    const bytes = (this.#storedBytes() - this.#emptyBytes) / this.#lives;
    this.#log(`PostgreSQL keeps ${(bytes / 1_000).toFixed(1)} kB of a life`);
    const actions = journal.filter(({ service }) => service !== 'imds').map(({ action }) => action);
    const perLife = [...new Set(actions)].sort().map((action) => {
      const count = actions.filter((each) => each === action).length / this.#lives;
      return `${action} ${count.toFixed(2)}`;
    });
    this.#log(`requests to AWS of a life: ${perLife.join(', ')}`);
  }

  /** Both databases, indexes included, without the room that updates left. */
  #storedBytes(): number {
    const databases = ['temporal', 'temporal_visibility'];
    return databases.reduce((sum, database) => sum + this.#postgresql.bytesOf(database), 0);
  }

  #cpuSeconds(): Readonly<Record<string, number>> {
    const all = processes();
    const used = (pid: number | undefined) =>
      all.filter((each) => each.pid === pid || each.parent === pid).reduce((sum, each) => sum + each.cpuSeconds, 0);
    const services = memberNames.map((member) => [member, used(this.#temporal.pidOf(member))] as const);
    return { ...Object.fromEntries(services), PostgreSQL: used(this.#postgresql.pid) };
  }
}

/** Every process of this machine, as proc(5) has it. */
function processes(): readonly { pid: number; parent: number; cpuSeconds: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(name);
      if (stat === undefined) return [];
      // The name, in brackets, may hold anything: what follows it is counted from there.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]].map(Number);
      return [{ pid: Number(name), parent, cpuSeconds: (user + system) / ticksPerSecond }];
    });
}

/** Undefined for a process that has just ended. */
function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
