import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { startProxy } from '../../src/chaos/proxy.js';
import type { Proxy } from '../../src/chaos/proxy.js';

/** A server that answers each word with the same word, and a client of it behind a proxy. */
async function aConversation(onTestFinished: TestContext['onTestFinished']) {
  const served: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => socket.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    await proxy.close();
    for (const socket of served) socket.destroy();
    server.close();
  });
  const client = await aClient(proxy);
  expect(await answer(client, 'hello')).toBe('hello');
  const [peer] = served;
  if (peer === undefined) throw new Error('nobody came to the server, expected the client');
  return { proxy, client, peer };
}

async function aClient({ address }: Proxy): Promise<Socket> {
  const [host, port] = address.split(':');
  const socket = connect({ host: host ?? '', port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

async function answer(client: Socket, word: string): Promise<string> {
  client.write(word);
  const [bytes] = (await once(client, 'data')) as [Buffer];
  return bytes.toString();
}

describe('the proxy that breaks networks', () => {
  it('carries what both sides say', async ({ onTestFinished }) => {
    const { proxy, client } = await aConversation(onTestFinished);
    expect(await answer(client, 'how are you')).toBe('how are you');
    expect(proxy.connections).toBe(1);
  });

  it('holds everything back, and loses nothing of it', async ({ onTestFinished }) => {
    const { proxy, client } = await aConversation(onTestFinished);
    proxy.hold();
    const answered = answer(client, 'late');
    const next = await Promise.race([answered, new Promise((resolve) => setImmediate(resolve, 'nothing'))]);
    expect(next).toBe('nothing');
    await proxy.heal();
    expect(await answered).toBe('late');
  });

  it('delays, in order', async ({ onTestFinished }) => {
    const { proxy, client } = await aConversation(onTestFinished);
    proxy.delay(30, 'down');
    const began = performance.now();
    expect(await answer(client, 'one')).toBe('one');
    expect(performance.now() - began).toBeGreaterThanOrEqual(29);
  });

  it('swallows one direction, and what lost something stays dead when it carries again; new connections live', async ({
    onTestFinished,
  }) => {
    const { proxy, client, peer } = await aConversation(onTestFinished);
    proxy.drop('down');
    const lost = proxy.nextLoss();
    const heard = once(peer, 'data');
    client.write('lost');
    expect(String((await heard)[0])).toBe('lost');
    await lost;
    await proxy.heal();
    const dead = answer(client, 'anybody');
    expect(await answer(await aClient(proxy), 'new')).toBe('new');
    expect(await Promise.race([dead, Promise.resolve('nothing')])).toBe('nothing');
  });

  it('resets what is there, and carries what comes', async ({ onTestFinished }) => {
    const { proxy, client } = await aConversation(onTestFinished);
    const broken = once(client, 'error');
    proxy.reset();
    expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' });
    expect(await answer(await aClient(proxy), 'new')).toBe('new');
  });

  it('ends one half of a connection, while the other goes on', async ({ onTestFinished }) => {
    const { proxy, client, peer } = await aConversation(onTestFinished);
    const ended = once(client, 'end');
    client.resume();
    proxy.halfClose('down');
    await ended;
    const heard = once(peer, 'data');
    client.write('still here');
    expect(String((await heard)[0])).toBe('still here');
  });

  it('refuses new connections, carries those that exist, and listens on the same port again', async ({
    onTestFinished,
  }) => {
    const { proxy, client } = await aConversation(onTestFinished);
    await proxy.refuse();
    await expect(aClient(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await answer(client, 'old')).toBe('old');
    await proxy.heal();
    expect(await answer(await aClient(proxy), 'new')).toBe('new');
  });
});
