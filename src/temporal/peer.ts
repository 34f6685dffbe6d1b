import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from '@temporalio/client';

export type TemporalAccess = Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey' | 'metadata'>;
export type Tls = Exclude<TemporalAccess['tls'], boolean | null | undefined>;

/** Who is at an address. */
export interface Peer {
  /** Why nobody was reached; undefined when somebody was. */
  readonly unreachable: Error | undefined;
  readonly speaksTls: boolean;
  /** OpenSSL's name for why its certificate is not to be trusted, by what we were given; undefined when it is. */
  readonly distrust: string | undefined;
  /** What it said when it ended the talk after the handshake, as one does that wants another client certificate. */
  readonly refusal: string | undefined;
}

export const defaultAddress = 'localhost:7233';

/** Ours: a server on the other side of the world takes a second. */
const lookMs = 4_000;
/** A server sends its HTTP/2 settings as soon as it has accepted whom it talks to. */
const acceptMs = 1_500;

/** As the SDK takes it: with an API key TLS is on unless it was switched off. Undefined for off. */
export function tlsOf({ tls, apiKey }: TemporalAccess): Tls | undefined {
  if (typeof tls === 'object' && tls !== null) return tls;
  return tls === true || (tls !== false && apiKey !== undefined) ? {} : undefined;
}

/** What is used of it: `mutual` is with a client certificate. */
export type TlsUse = 'off' | 'on' | 'mutual';

export function tlsUseOf(access: TemporalAccess): TlsUse {
  const tls = tlsOf(access);
  if (tls === undefined) return 'off';
  return tls.clientCertPair ? 'mutual' : 'on';
}

/** Knocks at the address, plainly and with TLS, sends nothing of ours, and ends within 6 s. Never rejects. */
export async function lookAtPeer(access: TemporalAccess): Promise<Peer> {
  const place = placeOf(access.address ?? defaultAddress);
  const [unreachable, secured] = await Promise.all([knock(place), shakeHands(place, tlsOf(access))]);
  return { unreachable, ...secured };
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function placeOf(address: string): Place {
  const [, host = address, port = '7233'] = /^(.*?):(\d+)$/.exec(address) ?? [];
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function knock(place: Place): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connectPlain(place);
    const end = (error?: Error) => {
      socket.destroy();
      resolve(error);
    };
    ends(socket, lookMs, 'connect', end);
    socket.once('connect', () => end());
  });
}

/** The start of HTTP/2 as every client sends it: the preface and empty settings. RFC 9113, 3.4. */
const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('000000040000000000', 'hex'),
]);

function shakeHands(place: Place, tls: Tls | undefined): Promise<Omit<Peer, 'unreachable'>> {
  const servername = tls?.serverNameOverride ?? (isIP(place.host) === 0 ? place.host : undefined);
  const pair = tls?.clientCertPair;
  const socket = connectTls({
    ...place,
    ALPNProtocols: ['h2'],
    // Whom it is not to be trusted is found out, not taken for granted.
    rejectUnauthorized: false,
    ...(tls?.serverRootCACertificate && { ca: Buffer.from(tls.serverRootCACertificate) }),
    ...(pair && { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) }),
    ...(servername !== undefined && { servername }),
  });
  return new Promise((resolve) => {
    let spoke = false;
    const end = (error?: Error) => {
      const distrust: unknown = spoke ? socket.authorizationError : undefined;
      socket.destroy();
      resolve({
        speaksTls: spoke || isAlert(error),
        distrust: distrust instanceof Error ? distrust.message : typeof distrust === 'string' ? distrust : undefined,
        refusal: spoke || isAlert(error) ? error?.message : undefined,
      });
    };
    ends(socket, lookMs, 'secureConnect', end);
    socket.once('secureConnect', () => {
      spoke = true;
      socket.setTimeout(acceptMs, () => end());
      socket.once('data', () => end());
      socket.write(preface);
    });
  });
}

/** The other side answered in TLS that it does not want to talk. */
const isAlert = (error: Error | undefined): boolean =>
  error !== undefined && 'code' in error && String(error.code).includes('ALERT');

/** However it ends before it is open. */
function ends(socket: Socket, boundMs: number, opened: string, end: (error: Error) => void): void {
  const bound = setTimeout(() => end(new Error(`no answer within ${boundMs / 1_000} s`)), boundMs);
  socket.once(opened, () => clearTimeout(bound));
  socket.on('error', end);
  socket.once('close', () => {
    clearTimeout(bound);
    end(new Error('it closed the connection'));
  });
}
