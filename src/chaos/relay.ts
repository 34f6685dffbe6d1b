import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { loopback } from '../demo/ports.js';

/**
 * What a network does to a connection:
 * - `drop` nothing gets through, nothing breaks: new connections are made and stay silent
 * - `refuse` every connection breaks, and so does every new one
 * - `reset` every connection breaks, new ones are fine
 * - `half-close` the server's side of every connection is closed, new ones are fine
 * - `delay` everything comes so much later
 */
export type Outage =
  { readonly kind: 'drop' | 'refuse' | 'reset' | 'half-close' } | { readonly kind: 'delay'; readonly ms: number };

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RelayOptions {
  readonly to: Address;
  /** Sees what a client sends before the server does, and keeps it back until it answers; `drop` breaks the connection. */
  readonly inspect?: (text: string) => Promise<'pass' | 'drop'>;
}

/** A TCP relay on the loopback address, for one client's way to one server. */
export interface Relay {
  readonly address: Address;
  /** From now on, until `mend`. */
  suffer(outage: Outage): void;
  mend(): void;
  close(): void;
}

/** Starts one. */
export async function openRelay({ to, inspect }: RelayOptions): Promise<Relay> {
  const pairs = new Set<Pair>();
  let outage: Outage | undefined;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (outage?.kind === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const pair = new Pair(client, connect({ ...to, allowHalfOpen: true }), inspect);
    pairs.add(pair);
    pair.weather = outage;
    pair.onGone = () => pairs.delete(pair);
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    address: { host: loopback, port },
    suffer: (next) => {
      outage = next;
      for (const pair of pairs) pair.suffer(next);
    },
    mend: () => {
      outage = undefined;
      for (const pair of pairs) pair.mend();
    },
    close: () => {
      server.close();
      for (const pair of pairs) pair.break();
    },
  };
}

/** A client's connection and the one to the server that stands behind it. What comes in goes out in order. */
class Pair {
  weather: Outage | undefined;
  onGone = (): void => undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  #onMended: (() => void)[] = [];

  constructor(client: Socket, server: Socket, inspect: RelayOptions['inspect']) {
    this.#client = client;
    this.#server = server;
    this.#forward(client, server, inspect);
    this.#forward(server, client);
  }

  suffer(outage: Outage): void {
    this.weather = outage;
    if (outage.kind === 'refuse' || outage.kind === 'reset') this.break();
    if (outage.kind === 'half-close') this.#client.end();
  }

  mend(): void {
    this.weather = undefined;
    for (const goOn of this.#onMended.splice(0)) goOn();
  }

  break(): void {
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    if (!this.#server.destroyed) this.#server.resetAndDestroy();
    this.mend();
    this.onGone();
  }

  #forward(from: Socket, to: Socket, inspect?: RelayOptions['inspect']): void {
    let last = Promise.resolve();
    const inOrder = (next: () => Promise<void> | void): void => {
      last = last.then(next).catch(() => this.break());
    };
    from.on('data', (chunk: Buffer) =>
      inOrder(async () => {
        if (inspect && (await inspect(chunk.toString('latin1'))) === 'drop') this.break();
        await this.#weathered();
        if (!to.destroyed) to.write(chunk);
      }),
    );
    from.on('end', () => inOrder(() => void to.end()));
    // A reset of one side is one for the other: the reply that AWS lost is lost.
    from.on('error', () => this.break());
    from.on('close', () => {
      inOrder(() => to.destroySoon());
      this.onGone();
    });
  }

  async #weathered(): Promise<void> {
    while (this.weather?.kind === 'drop') await new Promise<void>((resolve) => this.#onMended.push(resolve));
    if (this.weather?.kind === 'delay') await pause(this.weather.ms);
  }
}
