import type { Peer, TemporalAccess, TlsUse } from './peer.js';

/** What the settings of a connection and whoever is at its address do not agree on. */
export type Trouble =
  | 'unreachable'
  | 'tls wanted'
  | 'tls not spoken'
  | 'other name'
  | 'expired'
  | 'not trusted'
  | 'client certificate wanted'
  | 'client certificate refused';

/** Undefined where nothing is seen to be wrong. */
export function troubleWith(peer: Peer, tls: TlsUse): Trouble | undefined {
  if (peer.unreachable !== undefined) return 'unreachable';
  if (tls === 'off') return peer.speaksTls ? 'tls wanted' : undefined;
  if (!peer.speaksTls) return 'tls not spoken';
  if (peer.distrust !== undefined) return distrusts[peer.distrust] ?? 'not trusted';
  if (peer.refusal === undefined) return undefined;
  return tls === 'mutual' ? 'client certificate refused' : 'client certificate wanted';
}

const distrusts: Readonly<Record<string, Trouble>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'other name',
  CERT_HAS_EXPIRED: 'expired',
};

/** One sentence: what was found, and what to do. */
export function explainTrouble(
  trouble: Trouble,
  { unreachable, distrust = '', refusal = '' }: Peer,
  { apiKey }: Pick<TemporalAccess, 'apiKey'> = {},
): string {
  const sentences: Record<Trouble, string> = {
    unreachable: `${unreachable?.message ?? ''}; is TEMPORAL_ADDRESS right?`,
    'tls wanted': 'the server speaks TLS, and it is off here; set TEMPORAL_TLS=true',
    // With a key, plaintext is refused: it would be there for all to read.
    'tls not spoken':
      apiKey === undefined
        ? 'the server does not speak TLS, and it is on here; set TEMPORAL_TLS=false, or is it another port?'
        : 'the server does not speak TLS, which an API key needs; is it another port, or is TEMPORAL_API_KEY meant for another server?',
    'other name':
      "the server's certificate is for another name; set TEMPORAL_TLS_SERVER_NAME to the one that it has, if you know it",
    expired: "the server's certificate has expired",
    'not trusted': `the server's certificate is not trusted (${distrust}); set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the CA that signed it`,
    'client certificate wanted':
      'the server wants a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH',
    'client certificate refused': `the server does not take our client certificate (${short(refusal)}); does its CA know it?`,
  };
  return sentences[trouble];
}

/** `sslv3 alert bad certificate` of OpenSSL's `...:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../...` */
const short = (message: string): string => /:([a-z][\w ]*alert[\w ]*):/i.exec(message)?.[1] ?? message;
