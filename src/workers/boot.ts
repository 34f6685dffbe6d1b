import type { RequestObserver } from '../aws/api.js';
import { connectAws } from '../aws/clients.js';
import { UsageError } from '../config/load.js';
import type { AgentSettings } from '../config/settings.js';
import { openHealthEndpoint } from '../host/health-endpoint.js';
import { connectImds } from '../host/imds.js';
import type { Logger } from '../telemetry/log.js';
import { composeHost } from './host.js';
import type { Leaver } from './leaver.js';
import { OwnSteps } from './own-steps.js';
import { patiently } from './patience.js';

/**
 * Who this instance is and what it can do, before Temporal comes in. `/health` answers 200 from here on.
 *
 * @throws UsageError when the instance's cluster is not known; StepFailure MetadataUnavailable when IMDS stays silent for its
 *   budget; Error when the health endpoint's port is taken.
 */
export async function boot(
  settings: AgentSettings,
  openLog: (fields: Record<string, unknown>) => Logger,
  awsRequests?: RequestObserver,
): Promise<Omit<Leaver, 'force' | 'tracing'>> {
  const health = await openHealthEndpoint({ host: settings.healthHost, port: settings.healthPort });
  try {
    health.setCheck('startup', { ok: false, detail: 'not in service yet' });
    const imds = connectImds(settings.imdsEndpoint);
    const ask = async () => ({ ...(await imds.identity()), tag: settings.cluster ?? (await imds.cluster()) });
    const { instanceId, region, tag } = await patiently.forMetadata(ask, openLog({}));
    const cluster = required(tag);
    const log = openLog({ instance: instanceId, cluster });
    log.info({ healthPort: health.port, targetGroup: settings.targetGroupArn ?? 'by tag' }, 'agent started');
    const host = composeHost({ imds, health, configFile: settings.configFile });
    const ownSteps = new OwnSteps(instanceId);
    return { instanceId, cluster, settings, aws: connectAws(region, awsRequests), host, ownSteps, health, log };
  } catch (error) {
    await health.close();
    throw error;
  }
}

function required(cluster: string | undefined): string {
  if (cluster !== undefined) return cluster;
  throw new UsageError(
    '--cluster: found nothing, nor a tag neuwerk:cluster in the instance metadata, expected one of them; are tags enabled in the metadata options?',
  );
}
