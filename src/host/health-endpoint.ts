import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * What the target group's HTTP health check asks.
 *
 * `/health`: 200 from the start until a shutdown begins, then 503 (I2). A startup may bring it back to 200; `leave` may not
 * be taken back, since the process is about to end. `/ready`: named checks as JSON, 503 while one is not ok.
 */
export interface HealthEndpoint {
  readonly port: number;
  readonly leaving: boolean;
  serve(): void;
  refuse(): void;
  leave(): void;
  setCheck(name: string, check: Check): void;
  close(): Promise<void>;
}

/**
 * @param answered told of each answer to `/health`, with its status
 * @throws Error with the address when it cannot be listened on.
 */
export async function openHealthEndpoint(
  listen: { host: string; port: number },
  answered: (status: 200 | 503) => void = () => undefined,
): Promise<HealthEndpoint> {
  let serving = true;
  let leaving = false;
  const checks = new Map<string, Check>();

  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    const reply = (status: number, body: unknown) => {
      response
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(`${JSON.stringify(body)}\n`);
    };
    if (path === '/health') {
      const status = serving ? 200 : 503;
      reply(status, { status: serving ? 'in service' : 'leaving' });
      answered(status);
    } else if (path === '/ready') {
      const all = { serving: { ok: serving, detail: serving ? 'yes' : 'leaving' }, ...Object.fromEntries(checks) };
      reply(Object.values(all).every(({ ok }) => ok) ? 200 : 503, all);
    } else {
      reply(404, { error: `nothing at ${path ?? '/'}, expected /health or /ready` });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? 'another process listens there; stop it, or set another health port, here and in the health check of the target group'
          : cause.message;
      reject(new Error(`health endpoint cannot listen on ${listen.host}:${listen.port}: ${why}`, { cause }));
    });
    server.listen(listen.port, listen.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    get leaving() {
      return leaving;
    },
    serve: () => (serving = !leaving),
    refuse: () => (serving = false),
    leave() {
      leaving = true;
      serving = false;
    },
    setCheck: (name, check) => void checks.set(name, check),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
