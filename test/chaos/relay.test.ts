import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { it as base, describe, expect } from 'vitest';
import { openRelay } from '../../src/chaos/relay.js';
import type { Relay, RelayOptions } from '../../src/chaos/relay.js';

interface Fixtures {
  /** A relay to a server that sends back what it gets. */
  readonly aRelay: (inspect?: RelayOptions['inspect']) => Promise<Relay>;
}

const it = base.extend<Fixtures>({
  aRelay: async ({ onTestFinished }, use) => {
    await use(async (inspect) => {
      const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const relay = await openRelay({ to: { host: '127.0.0.1', port }, ...(inspect && { inspect }) });
      onTestFinished(() => {
        relay.close();
        server.close();
      });
      return relay;
    });
  },
});

const client = (relay: Relay): Socket => connect(relay.address).on('error', () => undefined);

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

describe('a relay', () => {
  it('passes on what comes, in both directions, up to the end', async ({ aRelay }) => {
    const socket = client(await aRelay());
    socket.end('to the end');
    expect(await text(socket)).toBe('to the end');
  });

  it('keeps silent while everything is dropped, and goes on where it was', async ({ aRelay }) => {
    const relay = await aRelay();
    const socket = client(relay);
    expect(await echo(socket, 'before')).toBe('before');
    relay.suffer({ kind: 'drop' });
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += String(chunk)));
    socket.write('meanwhile');
    const other = client(relay);
    await once(other, 'connect');
    expect(heard).toBe('');
    const answered = once(socket, 'data');
    relay.mend();
    await answered;
    expect(heard).toBe('meanwhile');
    other.destroy();
    socket.destroy();
  });

  it('resets what there is, and what is new as long as it refuses', async ({ aRelay }) => {
    const relay = await aRelay();
    const socket = client(relay);
    await echo(socket, 'before');
    const wasBroken = broken(socket);
    relay.suffer({ kind: 'refuse' });
    expect(await wasBroken).toBe('ECONNRESET');
    expect(await broken(client(relay))).toBe('ECONNRESET');
    relay.mend();
    const next = client(relay);
    expect(await echo(next, 'after')).toBe('after');
    next.destroy();
  });

  it('resets once, and takes new connections', async ({ aRelay }) => {
    const relay = await aRelay();
    const socket = client(relay);
    await echo(socket, 'before');
    const wasBroken = broken(socket);
    relay.suffer({ kind: 'reset' });
    expect(await wasBroken).toBe('ECONNRESET');
    const next = client(relay);
    expect(await echo(next, 'after')).toBe('after');
    next.destroy();
  });

  it('closes the side of the server, and no more', async ({ aRelay }) => {
    const relay = await aRelay();
    const socket = connect({ ...relay.address, allowHalfOpen: true });
    await echo(socket, 'before');
    const ended = once(socket, 'end');
    relay.suffer({ kind: 'half-close' });
    await ended;
    expect(socket.writable).toBe(true);
    socket.destroy();
  });

  it('is late by what it is told', async ({ aRelay }) => {
    const relay = await aRelay();
    relay.suffer({ kind: 'delay', ms: 100 });
    const socket = client(relay);
    const since = performance.now();
    expect(await echo(socket, 'slow')).toBe('slow');
    expect(performance.now() - since).toBeGreaterThanOrEqual(190);
    socket.destroy();
  });

  it('shows what a client sends before the server sees it, and can break it off', async ({ aRelay }) => {
    const seen: string[] = [];
    const relay = await aRelay((message) => {
      seen.push(message);
      return Promise.resolve(message === 'never' ? 'drop' : 'pass');
    });
    const socket = client(relay);
    expect(await echo(socket, 'fine')).toBe('fine');
    const wasBroken = broken(socket);
    socket.write('never');
    expect(await wasBroken).toBe('ECONNRESET');
    expect(seen).toEqual(['fine', 'never']);
  });
});
