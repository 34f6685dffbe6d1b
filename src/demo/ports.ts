import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** The only address the demo listens on. */
export const loopback = '127.0.0.1';

/** A TCP port of the loopback address that was free a moment ago. Another process may take it first: be ready to ask again. */
export async function freePort(): Promise<number> {
  return bindOnce(0);
}

/** Whether somebody could listen on the port just now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await bindOnce(port);
    return true;
  } catch {
    return false;
  }
}

/** Whether somebody listens on the port. Unlike `isPortFree` it never holds the port, so it may be asked while a server starts. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, loopback);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function bindOnce(port: number): Promise<number> {
  const server = createServer().listen(port, loopback);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port, expected a number');
  return address.port;
}
