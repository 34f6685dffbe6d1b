import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** `up`: from the client to the server; `down`: back. */
export type Direction = 'up' | 'down';

/** What becomes of the bytes of one direction. */
type Course =
  | { readonly kind: 'flow' }
  | { readonly kind: 'hold'; readonly released: Promise<void> }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'drop' };

/**
 * The network between a client and a server, to be broken by a test. Every change takes effect at once, for the connections
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
  /** Refuses new connections until `heal`. Those that exist are carried on. */
  refuse(): Promise<void>;
  /** Carries again: everything, in both directions. */
  heal(): Promise<void>;
  /** Resolves with the next connection of a client, whatever becomes of it. */
  nextConnection(): Promise<void>;
  /** Resolves once the next bytes were swallowed. */
  nextLoss(): Promise<void>;
  /** Breaks everything and stops listening. Safe to repeat. */
  close(): Promise<void>;
}

/** @param to host and port of the server; it need not listen yet */
export async function startProxy(to: string): Promise<Proxy> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const courses: Record<Direction, Course> = { up: { kind: 'flow' }, down: { kind: 'flow' } };
  const links = new Set<Link>();
  const losses = new EventEmitter();
  let release: () => void = () => undefined;
  server.on('connection', (client) => {
    const link = new Link(client, connectTo(to), courses, () => losses.emit('loss'));
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
    address: `127.0.0.1:${port}`,
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
    async heal() {
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

/** One client's connection and ours to the server, with a pipe for each direction. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipes: Record<Direction, Pipe>;

  constructor(client: Socket, server: Socket, courses: Readonly<Record<Direction, Course>>, onLoss: () => void) {
    this.#client = client;
    this.#server = server;
    this.#pipes = {
      up: new Pipe(client, server, courses.up, onLoss),
      down: new Pipe(server, client, courses.down, onLoss),
    };
  }

  onGone(gone: () => void): void {
    let open = 2;
    for (const socket of [this.#client, this.#server]) socket.once('close', () => --open === 0 && gone());
  }

  follow(courses: Readonly<Record<Direction, Course>>): void {
    this.#pipes.up.follow(courses.up);
    this.#pipes.down.follow(courses.down);
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) socket.resetAndDestroy();
  }

  halfClose(direction: Direction): void {
    this.#pipes[direction].end();
  }
}

/** One direction of one connection: bytes, their end, and how it broke. */
class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #onLoss: () => void;
  #course: Course;
  /** Bytes of this pipe were swallowed: nothing sensible can follow. */
  #dead = false;
  #sent: Promise<unknown> = Promise.resolve();

  constructor(from: Socket, to: Socket, course: Course, onLoss: () => void) {
    this.#onLoss = onLoss;
    this.#from = from;
    this.#to = to;
    this.#course = course;
    from.on('data', (bytes) => this.#pass(() => to.write(bytes)));
    from.on('end', () => this.#pass(() => to.end()));
    // Our own end of a broken connection says so once; `close` follows, and the other side hears of it as it would have.
    from.on('error', () => undefined);
    from.on('close', (broken) => {
      if (broken) this.#pass(() => to.resetAndDestroy());
    });
    this.follow(course);
  }

  follow(course: Course): void {
    this.#course = course;
    // What is not read stays in the kernel's buffers, as it would on the way.
    if (course.kind === 'hold') this.#from.pause();
    else this.#from.resume();
  }

  end(): void {
    this.#dead = true;
    this.#to.end();
  }

  #pass(deliver: () => void): void {
    if (this.#course.kind === 'drop') {
      this.#dead = true;
      this.#onLoss();
    }
    if (this.#dead) return;
    const due = dueBy(this.#course);
    this.#sent = this.#sent.then(() => due).then(deliver);
  }
}

function dueBy(course: Course): Promise<unknown> | undefined {
  if (course.kind === 'hold') return course.released;
  return course.kind === 'delay' ? new Promise((resolve) => setTimeout(resolve, course.ms)) : undefined;
}

function connectTo(address: string): Socket {
  const [host, port] = address.split(':');
  return connect({ host: host ?? '', port: Number(port), allowHalfOpen: true });
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
