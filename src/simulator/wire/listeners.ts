import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inAddress } from '../../domain/address.js';

/** Addresses that mean every interface, and so are no place to connect to. */
const wildcards = new Set(['0.0.0.0', '::']);

/** The HTTP listeners of one simulator, on one host. */
export class Listeners {
  readonly #host: string;
  readonly #advertisedHost: string;
  readonly #servers: Server[] = [];

  /** @param advertisedHost - the host in the endpoints that are handed out. */
  constructor(host: string, advertisedHost = wildcards.has(host) ? '127.0.0.1' : host) {
    this.#host = host;
    this.#advertisedHost = inAddress(advertisedHost);
  }

  /**
   * Opens one more, on a free port when `port` is 0.
   *
   * @returns its endpoint, such as `http://127.0.0.1:4566`.
   * @throws when the port is taken.
   */
  async open(handle: RequestListener, port = 0): Promise<string> {
    const server = createServer(handle);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.#host, resolve);
    });
    this.#servers.push(server);
    return `http://${this.#advertisedHost}:${(server.address() as AddressInfo).port}`;
  }

  /** Closes them all, and every connection: hanging ones too. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      }),
    );
  }
}
