import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { it as base, describe, expect } from 'vitest';
import type { Inspect } from '../../src/chaos/link.js';
import { suffer } from '../../src/chaos/outage.js';
import { startProxy } from '../../src/chaos/proxy.js';
import type { Proxy } from '../../src/chaos/proxy.js';

interface Fixtures {
  /** The network before a server that sends back what it gets. */
  readonly aNetwork: (inspect?: Inspect) => Promise<Proxy>;
}

const it = base.extend<Fixtures>({
  aNetwork: async ({ onTestFinished }, use) => {
    await use(async (inspect) => {
      const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const network = await startProxy(`127.0.0.1:${port}`, inspect);
      onTestFinished(async () => {
        await network.close();
        server.close();
      });
      return network;
    });
  },
});

function client({ address }: Proxy, { allowHalfOpen = false } = {}): Socket {
  const [host = '', port] = address.split(':');
  return connect({ host, port: Number(port), allowHalfOpen }).on('error', () => undefined);
}

async function echo(socket: Socket, message: string): Promise<string> {
  socket.write(message);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return String(answer);
}

/** How a connection ends. */
async function broken(socket: Socket): Promise<unknown> {
  const reset = new Promise<unknown>((resolve) =>
    socket.once('error', (error) => resolve((error as { code?: string }).code)),
  );
  const ended = once(socket, 'end').then(
    () => 'end',
    () => reset,
  );
  return Promise.race([reset, ended]);
}

describe('what a plan does to a network', () => {
  it('passes on what comes, in both directions, up to the end', async ({ aNetwork }) => {
    const socket = client(await aNetwork());
    socket.end('to the end');
    expect(await text(socket)).toBe('to the end');
  });

  it('keeps silent while everything is held back, and goes on where it was', async ({ aNetwork }) => {
    const network = await aNetwork();
    const socket = client(network);
    expect(await echo(socket, 'before')).toBe('before');
    suffer(network, { kind: 'hold' });
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += String(chunk)));
    socket.write('meanwhile');
    const other = client(network);
    await once(other, 'connect');
    expect(heard).toBe('');
    const answered = once(socket, 'data');
    await network.heal();
    await answered;
    expect(heard).toBe('meanwhile');
    other.destroy();
    socket.destroy();
  });

  it('resets what there is, and what is new as long as it refuses', async ({ aNetwork }) => {
    const network = await aNetwork();
    const socket = client(network);
    await echo(socket, 'before');
    const wasBroken = broken(socket);
    suffer(network, { kind: 'refuse' });
    expect(await wasBroken).toBe('ECONNRESET');
    expect(await broken(client(network))).toBe('ECONNRESET');
    await network.heal();
    const next = client(network);
    expect(await echo(next, 'after')).toBe('after');
    next.destroy();
  });

  it('resets once, and takes new connections', async ({ aNetwork }) => {
    const network = await aNetwork();
    const socket = client(network);
    await echo(socket, 'before');
    const wasBroken = broken(socket);
    suffer(network, { kind: 'reset' });
    expect(await wasBroken).toBe('ECONNRESET');
    const next = client(network);
    expect(await echo(next, 'after')).toBe('after');
    next.destroy();
  });

  it('closes the side of the server, and no more', async ({ aNetwork }) => {
    const network = await aNetwork();
    const socket = client(network, { allowHalfOpen: true });
    await echo(socket, 'before');
    const ended = once(socket, 'end');
    suffer(network, { kind: 'half-close' });
    await ended;
    expect(socket.writable).toBe(true);
    socket.destroy();
  });

  it('is late by what it is told', async ({ aNetwork }) => {
    const network = await aNetwork();
    suffer(network, { kind: 'delay', ms: 100 });
    const socket = client(network);
    const since = performance.now();
    expect(await echo(socket, 'slow')).toBe('slow');
    expect(performance.now() - since).toBeGreaterThanOrEqual(190);
    socket.destroy();
  });

  it('shows what a client sends before the server sees it, and can break it off', async ({ aNetwork }) => {
    const seen: string[] = [];
    const network = await aNetwork((message) => {
      seen.push(message);
      return Promise.resolve(message === 'never' ? 'refuse' : 'pass');
    });
    const socket = client(network);
    expect(await echo(socket, 'fine')).toBe('fine');
    const wasBroken = broken(socket);
    socket.write('never');
    expect(await wasBroken).toBe('ECONNRESET');
    expect(seen).toEqual(['fine', 'never']);
  });
});
