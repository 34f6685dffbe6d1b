import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { UsageError } from './load.js';

/**
 * How to reach Temporal: the ecosystem's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS_*`) and profile file.
 *
 * @throws UsageError for a profile that cannot be read, or an API key that would travel without TLS.
 */
export function loadTemporal(env: NodeJS.ProcessEnv): ClientConnectConfig & { namespace: string } {
  if (env.TEMPORAL_API_KEY !== undefined && /^(false|0)$/i.test(env.TEMPORAL_TLS ?? '')) {
    throw new UsageError(
      'TEMPORAL_TLS: found false together with TEMPORAL_API_KEY, expected TLS: the key would be sent in clear',
    );
  }
  try {
    const config = loadClientConnectConfig({ overrideEnvVars: env as Record<string, string> });
    return { ...config, namespace: config.namespace ?? 'default' };
  } catch (error) {
    throw new UsageError(`Temporal settings: ${error instanceof Error ? error.message : String(error)}`);
  }
}
