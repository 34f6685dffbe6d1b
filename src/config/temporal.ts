import { existsSync } from 'node:fs';
import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { ClientConfigProfile, ClientConnectConfig } from '@temporalio/envconfig';
import { checkTls } from './tls.js';
import { UsageError } from './usage-error.js';

export type TemporalConfig = ClientConnectConfig & { readonly namespace: string };

/**
 * How to reach Temporal: the ecosystem's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS_*`) and profile file. A variable that is empty counts as one that is not there.
 *
 * @throws UsageError for a profile or a certificate that cannot be used, for half a client certificate, and for an API key that
 * would travel without TLS.
 */
export function loadTemporal(env: NodeJS.ProcessEnv): TemporalConfig {
  const profile = profileOf(env);
  const { connectionOptions, namespace = 'default' } = named('', () => toClientOptions(profile));
  return { connectionOptions, namespace };
}

/**
 * The profile in force, file and variables together, checked.
 *
 * @throws UsageError
 */
export function profileOf(env: NodeJS.ProcessEnv): ClientConfigProfile {
  const given = withoutEmpty(env);
  refuseOddSwitch(given.TEMPORAL_TLS);
  const file = given.TEMPORAL_CONFIG_FILE;
  // The library takes a file that was named and is not there for none.
  if (file !== undefined && !existsSync(file)) {
    throw new UsageError(`TEMPORAL_CONFIG_FILE: found ${file}, which is not there, expected a Temporal profile file`);
  }
  const profile = named(file ?? '', () => loadClientConfigProfile({ overrideEnvVars: given }));
  const problems = checkTls(profile.tls);
  if (profile.apiKey !== undefined && profile.tls?.disabled === true) {
    const off =
      given.TEMPORAL_TLS === undefined
        ? 'the Temporal profile: found tls.disabled = true'
        : 'TEMPORAL_TLS: found false';
    problems.push(`${off} together with an API key, expected TLS: the key would be sent in clear`);
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return profile;
}

/** The library takes anything but `true` and `1` for off: `True` must not send everything in clear. */
function refuseOddSwitch(tls: string | undefined): void {
  if (tls === undefined || ['true', '1', 'false', '0'].includes(tls)) return;
  throw new UsageError(`TEMPORAL_TLS: found ${JSON.stringify(tls)}, expected true or false`);
}

/** The variables that say something. */
export function withoutEmpty(env: NodeJS.ProcessEnv): Record<string, string> {
  // An empty header takes one of the profile away: that is said with it.
  const isSaid = ([name, value]: [string, string | undefined]) =>
    value !== undefined && (value !== '' || name.startsWith('TEMPORAL_GRPC_META_'));
  return Object.fromEntries(Object.entries(env).filter(isSaid)) as Record<string, string>;
}

function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // A parser goes on with the lines around the place; its first line says what is wrong.
    const [first = ''] = isWithoutProfiles(error)
      ? ['found no [profile.default], expected one']
      : messageOf(error).split('\n', 1);
    throw new UsageError(`Temporal settings: ${file === '' ? '' : `${file}: `}${first}`);
  }
}

/** What the library's reading stumbles over in a file that holds no profile at all. */
const isWithoutProfiles = (error: unknown): boolean => error instanceof TypeError;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
