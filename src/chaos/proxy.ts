import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { loopback } from '../demo/ports.js';
import { Link } from './link.js';
import type { Course, Direction, Inspect } from './link.js';

/**
 * The network between a client and a server, to be broken by a test or a plan. Every change takes effect at once, for the connections
 * that exist and for those to come; `both` directions unless one is named.
 */
export interface Proxy {
  /** Host and port, in place of the server's own. */
  readonly address: string;
  /** Connections that it carries now. */
  readonly connections: number;
  /** Packets are lost until `heal`, and then sent again, as TCP does: nothing arrives, nothing is lost for good. */
  hold(direction?: Direction): void;
  /** Every byte arrives late, in order. */
  delay(ms: number, direction?: Direction): void;
  /**
   * A black hole: accepts and swallows. What was swallowed is lost for good, so that a connection that lost something stays
   * dead, and open, even after `heal`: as behind a firewall or NAT that forgot it.
   */
  drop(direction?: Direction): void;
  /** Breaks the connections that exist, with RST to both sides. New ones are carried. */
  reset(): void;
  /** Ends one direction of the connections that exist, with FIN; the other stays open. New ones are carried. */
  halfClose(direction: Direction): void;
  /** Nobody listens until `heal`: new connections are refused. Those that exist are carried on. */
  refuse(): Promise<void>;
  /** Takes new connections and breaks them at once, until `heal`: as a balancer with nobody behind it. Its port stays its own. */
  turnAway(): void;
  /** Carries again: everything, in both directions. */
  heal(): Promise<void>;
  /** Resolves with the next connection of a client, whatever becomes of it. */
  nextConnection(): Promise<void>;
  /** Resolves once the next bytes were swallowed. */
  nextLoss(): Promise<void>;
  /** Breaks everything and stops listening. Safe to repeat. */
  close(): Promise<void>;
}

/**
 * @param to - host and port of the server; it need not listen yet
 * @param inspect - sees what clients send before the server does
 */
export async function startProxy(to: string, inspect?: Inspect): Promise<Proxy> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const courses: Record<Direction, Course> = { up: { kind: 'flow' }, down: { kind: 'flow' } };
  const links = new Set<Link>();
  const losses = new EventEmitter();
  let release: () => void = () => undefined;
  let turnsAway = false;
  server.on('connection', (client) => {
    if (turnsAway) {
      client.resetAndDestroy();
      return;
    }
    const link = new Link({ client, to, courses, inspect, onLoss: () => losses.emit('loss') });
    links.add(link);
    link.onGone(() => links.delete(link));
  });
  const port = await listen(server, 0);

  function set(course: Course, direction?: Direction): void {
    for (const each of direction === undefined ? (['up', 'down'] as const) : [direction]) courses[each] = course;
    for (const link of links) link.follow(courses);
  }

  async function refuse(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    // Existing connections keep `close` from coming, but the port is free from here on.
    if (links.size === 0) await closed;
  }

  return {
    address: `${loopback}:${port}`,
    get connections() {
      return links.size;
    },
    hold(direction) {
      const before = release;
      const released = new Promise<void>((resolve) => {
        release = () => {
          before();
          resolve();
        };
      });
      set({ kind: 'hold', released }, direction);
    },
    delay: (ms, direction) => set({ kind: 'delay', ms }, direction),
    drop: (direction) => set({ kind: 'drop' }, direction),
    reset() {
      for (const link of links) link.reset();
    },
    halfClose(direction) {
      for (const link of links) link.halfClose(direction);
    },
    refuse,
    turnAway() {
      turnsAway = true;
    },
    async heal() {
      turnsAway = false;
      set({ kind: 'flow' });
      release();
      if (!server.listening) await listen(server, port);
    },
    async nextConnection() {
      await once(server, 'connection');
    },
    async nextLoss() {
      await once(losses, 'loss');
    },
    async close() {
      for (const link of links) link.reset();
      await refuse();
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, loopback);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
