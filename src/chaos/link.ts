import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** `up`: from the client to the server; `down`: back. */
export type Direction = 'up' | 'down';

/** What becomes of the bytes of one direction. */
export type Course =
  | { readonly kind: 'flow' }
  | { readonly kind: 'hold'; readonly released: Promise<void> }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'drop' };

/** Sees what a client sends, and keeps it back until it answers. `refuse`: it never gets there, and its connection breaks. */
export type Inspect = (text: string) => Promise<'pass' | 'refuse'>;

interface LinkParts {
  readonly client: Socket;
  /** Host and port of the server. */
  readonly to: string;
  readonly courses: Readonly<Record<Direction, Course>>;
  readonly inspect: Inspect | undefined;
  readonly onLoss: () => void;
}

interface PipeParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly course: Course;
  readonly inspect?: Inspect | undefined;
  readonly onRefused: () => void;
  readonly onLoss: () => void;
}

/** One client's connection and ours to the server, with a pipe for each direction. */
export class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipes: Record<Direction, Pipe>;

  constructor({ client, to, courses, inspect, onLoss }: LinkParts) {
    const server = connectTo(to);
    const onRefused = (): void => this.reset();
    this.#client = client;
    this.#server = server;
    this.#pipes = {
      up: new Pipe({ from: client, to: server, course: courses.up, inspect, onRefused, onLoss }),
      down: new Pipe({ from: server, to: client, course: courses.down, onRefused, onLoss }),
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
  readonly #inspect: Inspect | undefined;
  readonly #onRefused: () => void;
  readonly #onLoss: () => void;
  #course: Course;
  /** Bytes of this pipe were swallowed: nothing sensible can follow. */
  #dead = false;
  #sent: Promise<unknown> = Promise.resolve();

  constructor({ from, to, course, inspect, onRefused, onLoss }: PipeParts) {
    this.#inspect = inspect;
    this.#onRefused = onRefused;
    this.#onLoss = onLoss;
    this.#from = from;
    this.#to = to;
    this.#course = course;
    from.on('data', (bytes) => this.#pass(() => this.#deliver(bytes)));
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

  async #deliver(bytes: Buffer): Promise<void> {
    if ((await this.#inspect?.(bytes.toString('latin1'))) === 'refuse') this.#onRefused();
    else this.#to.write(bytes);
  }

  #pass(deliver: () => unknown): void {
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
