import type { ClientConfigProfile, ClientConfigTLS } from '@temporalio/envconfig';
import { profileOf, withoutEmpty } from './temporal.js';

/** A Temporal setting in force, as people read it. */
export interface TemporalInForce {
  readonly name: string;
  /** Undefined where nobody says. */
  readonly value: string | undefined;
  /** The variable, the profile, or undefined where nobody says. */
  readonly from: string | undefined;
}

const defaults: Readonly<Record<string, string>> = { address: 'localhost:7233', namespace: 'default', tls: 'off' };

/**
 * How Temporal is reached, and who said so. The secrets among it are only said to be there.
 *
 * @throws UsageError as `loadTemporal` does.
 */
export function temporalInForce(environment: NodeJS.ProcessEnv): TemporalInForce[] {
  const env = withoutEmpty(environment);
  const profile = profileOf(env);
  const file = env.TEMPORAL_CONFIG_FILE;
  const fromProfile = `profile ${env.TEMPORAL_PROFILE ?? 'default'}${file === undefined ? '' : ` of ${file}`}`;
  const row = (name: string, value: string | undefined, variables: readonly string[]): TemporalInForce => {
    if (value === undefined) return { name, value: defaults[name], from: undefined };
    return { name, value, from: variables.find((variable) => env[variable]) ?? fromProfile };
  };
  const { address, namespace, apiKey, tls, grpcMeta = {} } = profile;
  return [
    row('address', address, ['TEMPORAL_ADDRESS']),
    row('namespace', namespace, ['TEMPORAL_NAMESPACE']),
    row('apiKey', apiKey === undefined ? undefined : hidden, ['TEMPORAL_API_KEY']),
    isByKey(profile) ? { name: 'tls', value: 'on', from: 'the API key' } : row('tls', switchOf(tls), tlsVariables(env)),
    row('tlsServerName', tls?.serverName, ['TEMPORAL_TLS_SERVER_NAME']),
    row('tlsServerCaCert', placeOf(tls?.serverCACert), either('TEMPORAL_TLS_SERVER_CA_CERT')),
    row('tlsClientCert', placeOf(tls?.clientCert), either('TEMPORAL_TLS_CLIENT_CERT')),
    row('tlsClientKey', placeOf(tls?.clientKey), either('TEMPORAL_TLS_CLIENT_KEY')),
    ...Object.keys(grpcMeta).map((key) => row(`header ${key}`, hidden, [`TEMPORAL_GRPC_META_${variableOf(key)}`])),
  ];
}

const hidden = '[redacted]';

const isByKey = ({ apiKey, tls }: ClientConfigProfile): boolean => apiKey !== undefined && tls === undefined;

function switchOf(tls: ClientConfigTLS | undefined): string | undefined {
  if (tls === undefined) return undefined;
  return tls.disabled === true ? 'off' : 'on';
}

/** Any of them turns TLS on; the switch counts first. */
function tlsVariables(env: NodeJS.ProcessEnv): string[] {
  return ['TEMPORAL_TLS', ...Object.keys(env).filter((name) => name.startsWith('TEMPORAL_TLS_'))];
}

/** A file by its path; what stands in the setting itself is not repeated. */
function placeOf(source: ClientConfigTLS['clientCert']): string | undefined {
  if (source === undefined) return undefined;
  return 'path' in source ? source.path : 'given as text';
}

const either = (setting: string): string[] => [`${setting}_PATH`, `${setting}_DATA`];

const variableOf = (header: string): string => header.toUpperCase().replaceAll('-', '_');
