import type { Peer, TlsUse } from '../temporal/peer.js';
import { troubleWith } from '../temporal/trouble.js';
import { isLoopback } from './endpoint.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { command } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';

export interface ConnectionFacts {
  /** `host:port` */
  readonly address: string;
  readonly tls: TlsUse;
  readonly hasOwnCa: boolean;
  readonly hasApiKey: boolean;
  /** The server's version. */
  readonly connected: Probed<string>;
  /** What is there where connecting failed; undefined where it did not. */
  readonly peer: Peer | undefined;
}

/** Whether Temporal can be reached, and as safely as was asked for. */
export function checkConnection(facts: ConnectionFacts): Line[] {
  return [checkAddress(facts), checkTls(facts)];
}

function checkAddress({ address, connected, peer, hasApiKey }: ConnectionFacts): Line {
  const check = 'address';
  if ('value' in connected) return ok(check, `${address} answers, Temporal ${connected.value}`);
  if (peer?.unreachable !== undefined) {
    const why = `${address} cannot be reached: ${reasonOf(peer.unreachable)}`;
    return fail(check, why, command('export', 'TEMPORAL_ADDRESS=<host>:7233'));
  }
  const why = `${address} can be reached, but Temporal does not answer: ${reasonOf(connected.error)}`;
  const mend = isUnknown(connected.error) && !hasApiKey ? command('export', 'TEMPORAL_API_KEY=<key>') : undefined;
  return fail(check, why, mend);
}

const isUnknown = (error: Error): boolean => error.message.includes('UNAUTHENTICATED');

function checkTls({ address, tls, hasOwnCa, connected, peer }: ConnectionFacts): Line {
  if ('value' in connected) return checkTlsInUse(address, tls);
  if (peer === undefined) return notChecked('TLS', 'the address cannot be reached');
  return checkTlsRefused(tls, peer, hasOwnCa);
}

const client = (tls: ConnectionFacts['tls']): string => (tls === 'mutual' ? ', with a client certificate' : '');

function checkTlsInUse(address: string, tls: ConnectionFacts['tls']): Line {
  if (tls !== 'off') return ok('TLS', `on${client(tls)}`);
  if (isLoopback(address.replace(/:\d+$/, ''))) return ok('TLS', 'off, and not needed on this machine');
  const why = `off: inputs, receipts and failures travel in clear to ${address}`;
  return warn('TLS', why, command('export', 'TEMPORAL_TLS=true'));
}

function checkTlsRefused(tls: TlsUse, peer: Peer, hasOwnCa: boolean): Line {
  switch (troubleWith(peer, tls)) {
    case 'tls wanted':
      return fail('TLS', 'off, but the server speaks TLS', command('export', 'TEMPORAL_TLS=true'));
    case 'tls not spoken':
      return fail('TLS', `on${client(tls)}, but the server does not speak it`, command('export', 'TEMPORAL_TLS=false'));
    case 'other name':
    case 'expired':
    case 'not trusted':
      return distrusted(peer, hasOwnCa);
    case 'client certificate wanted': {
      const pair = ['TEMPORAL_TLS_CLIENT_CERT_PATH=<client.pem>', 'TEMPORAL_TLS_CLIENT_KEY_PATH=<client.key>'];
      return fail('TLS', 'on, but the server wants a client certificate', command('export', ...pair));
    }
    case 'client certificate refused':
      return fail('TLS', 'the server does not take the client certificate: does its CA know it?');
    case 'unreachable':
      return notChecked('TLS', 'the address cannot be reached');
    case undefined:
      return ok('TLS', tls === 'off' ? 'off, and the server does not speak it' : `on${client(tls)}`);
  }
}

function distrusted({ distrust = '' }: Peer, hasOwnCa: boolean): Line {
  const by = hasOwnCa ? 'the CA that was given' : "this system's CAs";
  const mend = command('export', 'TEMPORAL_TLS_SERVER_CA_CERT_PATH=<ca.pem>');
  return fail('TLS', `the server's certificate is not good by ${by}: ${distrust}`, mend);
}
