import { connect as connectPlain } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { TestContext } from 'vitest';

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A private certificate authority, and files of what it gave out, as an operator has them. */
export interface Authority {
  readonly server: Pair;
  readonly client: Pair;
  /** Paths of the files. */
  readonly files: Readonly<Record<'ca' | 'clientCert' | 'clientKey' | 'otherKey', string>>;
  readonly ca: string;
}

type OnEnd = TestContext['onTestFinished'];

/** Makes one, whose server certificate is for 127.0.0.1 and `temporal.internal`. */
export async function anAuthority(onEnd: OnEnd): Promise<Authority> {
  const ca = await pairOf('drawbridge tests', { extensions: [{ name: 'basicConstraints', cA: true, critical: true }] });
  const [server, client, other] = await Promise.all([
    pairOf('temporal.internal', {
      ca,
      extensions: [
        { name: 'basicConstraints', cA: false },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'temporal.internal' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    }),
    pairOf('agent', { ca, extensions: [{ name: 'basicConstraints', cA: false }] }),
    pairOf('other', { ca, extensions: [{ name: 'basicConstraints', cA: false }] }),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-tls-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const files = {
    ca: join(folder, 'ca.pem'),
    clientCert: join(folder, 'client.pem'),
    clientKey: join(folder, 'client.key'),
    otherKey: join(folder, 'other.key'),
  };
  await Promise.all([
    writeFile(files.ca, ca.cert),
    writeFile(files.clientCert, client.cert),
    writeFile(files.clientKey, client.key, { mode: 0o600 }),
    writeFile(files.otherKey, other.key, { mode: 0o600 }),
  ]);
  return { server, client, files, ca: ca.cert };
}

async function pairOf(commonName: string, options: Parameters<typeof generate>[1]): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...options,
  });
  return { cert: made.cert, key: made.private };
}

/** A server that speaks TLS in front of a Temporal that does not, as a load balancer does. @returns host and port */
export async function temporalBehindTls(onEnd: OnEnd, temporalAddress: string, options: TlsOptions): Promise<string> {
  const [host = '', port = ''] = temporalAddress.split(':');
  const sockets = new Set<Socket>();
  const server = createServer({ ALPNProtocols: ['h2'], ...options }, (secured) => {
    const plain = connectPlain(Number(port), host);
    for (const socket of [secured, plain]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    secured.pipe(plain).pipe(secured);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
