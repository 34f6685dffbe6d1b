import type { RequestObserver } from '../aws/api.js';
import { connectAws } from '../aws/clients.js';
import { UsageError } from '../config/usage-error.js';
import type { AgentSettings } from '../config/settings.js';
import { openHealthEndpoint } from '../host/health-endpoint.js';
import { connectImds } from '../host/imds.js';
import type { Logger } from '../telemetry/log.js';
import type { Recorder } from '../telemetry/recorder.js';
import { composeHost } from './host.js';
import type { Leaver } from './leaver.js';
import { Measures } from './measures.js';
import { OwnSteps } from './own-steps.js';
import { patiently } from './patience.js';

interface Booting {
  readonly recorder: Recorder;
  readonly awsRequests: RequestObserver | undefined;
  readonly version: string;
  /** Where they are served. */
  readonly metrics: string;
}

/**
 * Who this instance is and what it can do, before Temporal comes in. `/health` answers 200 from here on.
 *
 * @throws UsageError when the instance's cluster is not known; StepFailure MetadataUnavailable when IMDS stays silent for its
 *   budget; Error when the health endpoint's port is taken.
 */
export async function boot(
  settings: AgentSettings,
  openLog: (fields: Record<string, unknown>) => Logger,
  { recorder, awsRequests, ...said }: Booting,
): Promise<Omit<Leaver, 'force' | 'tracing'>> {
  const measures = new Measures(recorder);
  const health = await openHealthEndpoint({ host: settings.healthHost, port: settings.healthPort }, (status) =>
    measures.answered(status),
  );
  try {
    health.setCheck('startup', { ok: false, detail: 'not in service yet' });
    health.setCheck('temporal', { ok: false, detail: 'not connected yet' });
    const imds = connectImds(settings.imdsEndpoint);
    const ask = async () => {
      const [identity, tag] = await Promise.all([imds.identity(), settings.cluster ?? imds.cluster()]);
      return { ...identity, tag };
    };
    const { instanceId, privateIp, region, tag } = await patiently.forMetadata(ask, openLog(knownOf(settings)));
    const log = openLog({ instance: instanceId, ...(tag === undefined ? {} : { cluster: tag }) });
    const cluster = required(tag);
    log.info({ ...said, healthPort: health.port }, 'agent started');
    measures.isHost(instanceId, privateIp);
    const host = composeHost({
      imds,
      health,
      configFile: settings.controllerConfig,
      inService: (is) => measures.inService(is),
    });
    const ownSteps = new OwnSteps(instanceId);
    const aws = connectAws(region, awsRequests);
    return { instanceId, cluster, settings, aws, host, ownSteps, health, measures, log };
  } catch (error) {
    await health.close();
    throw error;
  }
}

/** For lines before the instance says who it is. */
export const knownOf = ({ cluster }: AgentSettings): Record<string, unknown> =>
  cluster === undefined ? {} : { cluster };

function required(cluster: string | undefined): string {
  if (cluster !== undefined) return cluster;
  throw new UsageError(
    '--cluster: found nothing, nor a tag neuwerk:cluster in the instance metadata, expected one of them; are tags enabled in the metadata options?',
  );
}
