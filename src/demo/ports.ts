import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** The only address the demo listens on. */
export const loopback = '127.0.0.1';

/** Below those that Linux, macOS and Windows give to outgoing connections: 32,768, 49,152, 49,152 and up. */
const own = { from: 10_000, to: 32_000 };

/**
 * A TCP port of the loopback address that was free a moment ago, and that no connection takes by chance. Another process may ask
 * for it by its number first: be ready to ask again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(own.from, own.to);
    if (await isPortFree(port)) return port;
  }
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
export async function isListening(port: number, host = loopback): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function bindOnce(port: number): Promise<void> {
  const server = createServer().listen(port, loopback);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
