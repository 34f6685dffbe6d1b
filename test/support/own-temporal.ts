import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import type { TestContext } from 'vitest';
import { freePort } from '../../src/demo/ports.js';
import { startTemporalServer } from '../../src/demo/temporal-server.js';
import type { TemporalServer } from '../../src/demo/temporal-server.js';

/** A Temporal server of one test's own: it can die, hang, and come back in the same place with all that it knew. */
export interface OwnTemporal {
  readonly address: string;
  /** Starts it, on its database file. @throws when it runs. */
  start(): Promise<void>;
  /** As a power cut. Resolves once it is gone. */
  kill(): Promise<void>;
  /** Loses its database. @throws when it runs. */
  forget(): Promise<void>;
  /** It keeps its connections and accepts new ones, and says nothing more until `resume`. */
  hang(): void;
  resume(): void;
  /** A client that knows the server itself, whatever is between it and the agent. Connects when it is first used. */
  readonly client: Client;
}

/** @param started false for a server that the test starts later */
export async function anOwnTemporal(
  onTestFinished: TestContext['onTestFinished'],
  { started = true } = {},
): Promise<OwnTemporal> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-temporal-'));
  const database = join(folder, 'temporal.sqlite');
  const connection = Connection.lazy({ address });
  let server: TemporalServer | undefined;
  const requireStopped = () => {
    if (server !== undefined) throw new Error(`the Temporal server at ${address} runs, expected it stopped`);
  };
  const signal = (name: NodeJS.Signals) => server && process.kill(server.pid, name);

  const own: OwnTemporal = {
    address,
    client: new Client({ connection }),
    async start() {
      requireStopped();
      const cliPath = inject('temporalCliPath');
      server = await startTemporalServer({ cliPath, port, dbFilename: database, log: () => undefined });
    },
    async kill() {
      server?.kill();
      await server?.stop();
      server = undefined;
    },
    async forget() {
      requireStopped();
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${database}${end}`, { force: true })));
    },
    hang: () => void signal('SIGSTOP'),
    resume: () => void signal('SIGCONT'),
  };
  onTestFinished(async () => {
    await connection.close();
    await own.kill();
    await rm(folder, { recursive: true, force: true });
  });
  if (started) await own.start();
  return own;
}
