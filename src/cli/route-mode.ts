import { applyLegacy, reconcileCoordinator } from '../activities/legacy.js';
import type { LegacyApplied, LegacyDependencies, ReconcileInput } from '../activities/legacy.js';
import { connectNetwork } from '../aws/clients.js';
import type { LegacySettings } from '../config/settings.js';
import { UsageError } from '../config/usage-error.js';
import type { LegacyGiven } from '../domain/legacy/controller-config.js';
import type { RouteChange } from '../domain/legacy/ingress-route.js';
import { imdsRetry } from '../domain/timings.js';
import { connectImds } from '../host/imds.js';
import { readTunnelFacts } from '../host/links.js';
import type { Attempt } from '../activities/attempt.js';
import type { RetryShape } from '../domain/timings.js';
import { attemptInProcess, retryInProcess } from '../workers/in-process.js';

/** The deprecated route mode on this machine, in this process: the same steps as its activities, each tried for their budget. */
export interface RouteMode {
  apply(given: LegacyGiven): Promise<LegacyApplied>;
  reconcile(): Promise<RouteChange | null>;
}

/**
 * One client for everything that is asked.
 *
 * @param signal ends what is under way
 * @throws UsageError when the cluster is not known; StepFailure MetadataUnavailable.
 */
export async function openRouteMode(
  settings: LegacySettings,
  how: Pick<ReconcileInput, 'isCoordinator' | 'dryRun'>,
  signal: AbortSignal,
): Promise<RouteMode> {
  const imds = connectImds(settings.imdsEndpoint);
  const retried = <T>(step: string, once: () => Promise<T>, within?: RetryShape): Promise<T> =>
    retryInProcess(once, {
      step,
      subject: 'this instance',
      signal,
      stillFails: (reason) => warn('step still fails, and is tried again', { step, reason }),
      ...(within && { within }),
    });
  const ask = async () => ({ ...(await imds.identity()), tag: settings.cluster ?? (await imds.cluster()) });
  const { region, tag: cluster } = await retried('metadata', ask, imdsRetry);
  if (cluster === undefined)
    throw new UsageError('--cluster: found nothing, nor a tag neuwerk:cluster in the instance metadata, expected one');
  const dependencies: LegacyDependencies = {
    network: connectNetwork(region),
    host: {
      identity: () => imds.identity(),
      hasTag: (key) => imds.hasTag(key),
      tunnelFacts: () => readTunnelFacts(),
    },
  };
  const attempt = attemptInProcess({ signal, warn });
  const input = { cluster, ...how };
  return {
    apply: (given) => retried('applyLegacy', () => applyLegacy(dependencies, { ...input, given }, attempt)),
    reconcile: () => retried('reconcileCoordinator', () => reconcileCoordinator(dependencies, input, attempt)),
  };
}

const warn: Attempt['warn'] = (message, fields = {}) => {
  process.stderr.write(`drawbridge: ${message}: ${Object.values(fields).map(String).join(': ')}\n`);
};
