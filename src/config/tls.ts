import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClientConfigTLS } from '@temporalio/envconfig';

type Source = ClientConfigTLS['clientCert'];

/** The setting of the Temporal ecosystem, by what it is for: `_PATH` names a file, `_DATA` holds the text. */
const settings = {
  clientCert: 'TEMPORAL_TLS_CLIENT_CERT',
  clientKey: 'TEMPORAL_TLS_CLIENT_KEY',
  serverCACert: 'TEMPORAL_TLS_SERVER_CA_CERT',
} as const;

/**
 * What is wrong with the certificates and the key, a line each: found here, where their names are known, instead of in the middle of
 * a handshake. Reads their files.
 */
export function checkTls(tls: ClientConfigTLS | undefined): string[] {
  if (tls === undefined || tls.disabled === true) return [];
  const { clientCert, clientKey, serverCACert } = tls;
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    const [found, missing] =
      clientCert === undefined ? [settings.clientKey, settings.clientCert] : [settings.clientCert, settings.clientKey];
    return [`${found}: found without ${missing}, expected both: the server would see no client certificate`];
  }
  const authority = read(settings.serverCACert, serverCACert, certificate);
  const cert = read(settings.clientCert, clientCert, certificate);
  const key = read(settings.clientKey, clientKey, createPrivateKey);
  const problems = [authority, cert, key].flatMap((each) =>
    each !== undefined && 'problem' in each ? [each.problem] : [],
  );
  if (problems.length > 0 || !cert || !key || 'problem' in cert || 'problem' in key) return problems;
  if (cert.value.checkPrivateKey(key.value)) return [];
  return [`${key.from}: found a key that is not that of the certificate ${cert.value.subject.replaceAll('\n', ', ')}`];
}

const certificate = (text: string) => new X509Certificate(text);

type Read<T> = { readonly from: string; readonly value: T } | { readonly problem: string };

function read<T>(setting: string, source: Source, parse: (text: string) => T): Read<T> | undefined {
  if (source === undefined) return undefined;
  const from = 'path' in source ? `${setting}_PATH` : `${setting}_DATA`;
  const what = parse === createPrivateKey ? 'a private key in PEM, without a passphrase' : 'a certificate in PEM';
  try {
    const text = 'path' in source ? readFileSync(source.path, 'utf8') : textOf(source.data);
    try {
      return { from, value: parse(text) };
    } catch {
      return { problem: `${from}: found ${'path' in source ? source.path : 'something else'}, expected ${what}` };
    }
  } catch (error) {
    return { problem: `${from}: ${(error as Error).message}` };
  }
}

const textOf = (data: string | Uint8Array): string => (typeof data === 'string' ? data : Buffer.from(data).toString());
