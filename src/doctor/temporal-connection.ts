import type { Peer, TlsUse } from '../temporal/peer.js';
import { troubleWith } from '../temporal/trouble.js';
import { isLoopback } from './endpoint.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { command, inEnvironment, inTurn } from './mend.js';
import type { Mend, Unit } from './mend.js';
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
  readonly unit: Unit;
  /** Whether this machine is the appliance: its agent is to be told, not this shell alone. */
  readonly here: boolean;
}

/** Whether Temporal can be reached, and as safely as was asked for. */
export function checkConnection(facts: ConnectionFacts): Line[] {
  return [checkAddress(facts), checkTls(facts)];
}

function checkAddress(facts: ConnectionFacts): Line {
  const { address, connected, peer, hasApiKey } = facts;
  const check = 'address';
  if ('value' in connected) return ok(check, `${address} answers, Temporal ${connected.value}`);
  if (peer?.unreachable !== undefined) {
    const why = `${address} cannot be reached: ${reasonOf(peer.unreachable)}`;
    return fail(check, why, telling(facts, 'TEMPORAL_ADDRESS=<host>:7233'));
  }
  const why = `${address} can be reached, but Temporal does not answer: ${reasonOf(connected.error)}`;
  const mend = isUnknown(connected.error) && !hasApiKey ? telling(facts, 'TEMPORAL_API_KEY=<key>') : undefined;
  return fail(check, why, mend);
}

const isUnknown = (error: Error): boolean => error.message.includes('UNAUTHENTICATED');

function checkTls(facts: ConnectionFacts): Line {
  const { connected, peer } = facts;
  if ('value' in connected) return checkTlsInUse(facts);
  if (peer === undefined) return notChecked('TLS', 'the address cannot be reached');
  return checkTlsRefused(facts, peer);
}

const client = (tls: ConnectionFacts['tls']): string => (tls === 'mutual' ? ', with a client certificate' : '');

function checkTlsInUse(facts: ConnectionFacts): Line {
  const { address, tls } = facts;
  if (tls !== 'off') return ok('TLS', `on${client(tls)}`);
  if (isLoopback(address.replace(/:\d+$/, ''))) return ok('TLS', 'off, and not needed on this machine');
  const why = `off: inputs, receipts and failures travel in clear to ${address}`;
  return warn('TLS', why, telling(facts, 'TEMPORAL_TLS=true'));
}

function checkTlsRefused(facts: ConnectionFacts, peer: Peer): Line {
  const { tls } = facts;
  switch (troubleWith(peer, tls)) {
    case 'tls wanted':
      return fail('TLS', 'off, but the server speaks TLS', telling(facts, 'TEMPORAL_TLS=true'));
    case 'tls not spoken':
      return fail('TLS', `on${client(tls)}, but the server does not speak it`, telling(facts, 'TEMPORAL_TLS=false'));
    case 'other name':
    case 'expired':
    case 'not trusted':
      return distrusted(facts, peer);
    case 'client certificate wanted': {
      const certificate = 'TEMPORAL_TLS_CLIENT_CERT_PATH=<client.pem>';
      const key = 'TEMPORAL_TLS_CLIENT_KEY_PATH=<client.key>';
      return fail('TLS', 'on, but the server wants a client certificate', telling(facts, certificate, key));
    }
    case 'client certificate refused':
      return fail('TLS', 'the server does not take the client certificate: does its CA know it?');
    case 'unreachable':
      return notChecked('TLS', 'the address cannot be reached');
    case undefined:
      return ok('TLS', tls === 'off' ? 'off, and the server does not speak it' : `on${client(tls)}`);
  }
}

function distrusted(facts: ConnectionFacts, { distrust = '' }: Peer): Line {
  const by = facts.hasOwnCa ? 'the CA that was given' : "this system's CAs";
  const mend = telling(facts, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH=<ca.pem>');
  return fail('TLS', `the server's certificate is not good by ${by}: ${distrust}`, mend);
}

/** A shell's variables reach no service; a service's reach no shell. */
const telling = ({ here, unit }: ConnectionFacts, ...variables: readonly [string, ...string[]]): Mend =>
  here ? variables.map((variable) => inEnvironment(unit, variable)).reduce(inTurn) : command('export', ...variables);
