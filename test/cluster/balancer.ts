import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A place behind the balancer. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** A network load balancer in small: each connection goes to the next place that takes it, and ends when that place does. */
export class Balancer {
  /** Host and port that clients connect to. */
  readonly address: string;
  readonly #server: Server;
  readonly #places: readonly Place[];
  readonly #open = new Map<Socket, string>();
  #next = 0;

  private constructor(server: Server, places: readonly Place[]) {
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#server = server;
    this.#places = places;
    server.on('connection', (client) => this.#serve(client));
  }

  static async start(places: readonly Place[]): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server, places);
  }

  /** How many connections a host has at the moment. */
  connectionsTo(host: string): number {
    return [...this.#open.values()].filter((at) => at === host).length;
  }

  close(): void {
    this.#server.close();
    for (const client of this.#open.keys()) client.destroy();
  }

  #serve(client: Socket, tries = this.#places.length): void {
    const place = this.#places[this.#next++ % this.#places.length];
    if (place === undefined || tries === 0 || client.destroyed) {
      client.destroy();
      return;
    }
    const upstream = createConnection(place);
    const refused = () => this.#serve(client, tries - 1);
    upstream.once('error', refused);
    upstream.once('connect', () => {
      upstream.off('error', refused);
      this.#open.set(client, place.host);
      // Whichever ends takes the other along; how it ended is nobody's affair.
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on('error', () => undefined);
        one.once('close', () => {
          this.#open.delete(client);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }
}
