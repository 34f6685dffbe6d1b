import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { freePort, isPortFree, loopback } from '../../src/demo/ports.js';
import type { TemporalServer, TemporalServerOptions } from '../../src/demo/temporal-server.js';
import { startTemporalServer } from '../../src/demo/temporal-server.js';
import { startParent } from '../support/parent-process.js';
import { processField } from '../support/processes.js';

const started: TemporalServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function aServer(options: Partial<TemporalServerOptions> = {}): Promise<TemporalServer> {
  const server = await startTemporalServer({ cliPath: inject('temporalCliPath'), log: () => undefined, ...options });
  started.push(server);
  return server;
}

async function withClient<T>({ address, namespace }: TemporalServer, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

describe('the Temporal dev server', () => {
  it('serves its own namespace with the search attributes it was asked for', async () => {
    const server = await aServer({ namespace: 'bridges', searchAttributes: { BridgeState: 'Keyword' } });
    expect(server).toMatchObject({ namespace: 'bridges', uiUrl: undefined });
    const attributes = await withClient(server, ({ connection, options: { namespace } }) =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    expect(attributes.customAttributes).toHaveProperty('BridgeState');
  });

  it('reads its queues faster than the 20 times a second of a dev server', async () => {
    const server = await aServer();
    const commandLine = await processField(server.pid, 'args');
    expect(commandLine).toContain('history.transferProcessorMaxPollRPS=1000');
    expect(commandLine).toContain('history.timerProcessorMaxPollRPS=1000');
  });

  it('serves the web UI on request', async () => {
    const { uiUrl } = await aServer({ ui: true });
    expect((await fetch(`${String(uiUrl)}/namespaces/default/workflows`)).status).toBe(200);
  });

  it('stops when it is told to', async () => {
    const server = await aServer();
    await server.stop();
    expect(await processField(server.pid, 'args')).toBe('');
  });

  it('comes back on the same port with the workflows of its database file, even after a SIGKILL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-server-test-'));
    const where = { dbFilename: join(folder, 'temporal.db'), port: await freePort() };
    const first = await aServer(where);
    await withClient(first, ({ workflow }) =>
      workflow.start('startup', { workflowId: 'startup/i-1', taskQueue: 'nobody', args: [] }),
    );
    first.kill();
    await first.stop();

    const second = await aServer(where);
    expect(second.address).toBe(first.address);
    const description = await withClient(second, ({ workflow }) => workflow.getHandle('startup/i-1').describe());
    expect(description.status.name).toBe('RUNNING');
    await second.stop();
    await rm(folder, { recursive: true });
  });

  it('dies when its parent is killed with SIGKILL', async () => {
    const parent = await startParent(`
      import { startTemporalServer } from './demo/temporal-server.js';
      const cliPath = ${JSON.stringify(inject('temporalCliPath'))};
      const { pid, address } = await startTemporalServer({ cliPath, log: () => undefined });
      console.log(JSON.stringify({ pid, address }));
    `);
    const { pid, address } = JSON.parse(parent.firstLine) as { pid: number; address: string };
    expect(await processField(pid, 'args')).toContain('start-dev');
    await parent.killHard();
    await expect.poll(() => processField(pid, 'args'), { timeout: 10_000 }).toBe('');
    expect(await isPortFree(Number(address.split(':')[1]))).toBe(true);
  });

  it('chooses other ports when somebody takes one between looking and binding', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-server-test-'));
    const robbedOnce = join(folder, 'temporal');
    const error = "Error: can't set frontend port: listen tcp 127.0.0.1:1: bind: address already in use";
    const script = `[ -e '${folder}/robbed' ] || { : > '${folder}/robbed'; echo "${error}" >&2; exit 1; }`;
    await writeFile(robbedOnce, `#!/bin/sh\n${script}\nexec '${inject('temporalCliPath')}' "$@"\n`, { mode: 0o755 });
    const logged: string[] = [];
    const server = await aServer({ cliPath: robbedOnce, log: (line) => logged.push(line) });
    expect(await processField(server.pid, 'args')).toContain('start-dev');
    expect(logged).toEqual([expect.stringMatching(/^another process took port \d+; choosing others$/)]);
    await rm(folder, { recursive: true });
  });

  it('refuses a fixed port that somebody else listens on', async () => {
    const somebody = createServer().listen(0, loopback);
    await once(somebody, 'listening');
    const { port } = somebody.address() as AddressInfo;
    await expect(aServer({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
    somebody.close();
  });

  it('shows the last words of a server that ends before it is healthy', async () => {
    await expect(aServer({ dbFilename: '/nowhere/at-all/temporal.db' })).rejects.toThrow(
      /ended with code 1 before it was healthy:\n[^]*\/nowhere\/at-all/,
    );
  });
});
