import { WorkflowFailedError } from '@temporalio/client';
import { connectAws } from '../aws/clients.js';
import type { AgentSettings } from '../config/settings.js';
import type { ControllerConfig } from '../domain/controller-config.js';
import type { StartupInput } from '../domain/input.js';
import { startupStart } from '../domain/starting.js';
import { UsageError } from '../config/load.js';
import { openHealthEndpoint } from '../host/health-endpoint.js';
import { connectImds } from '../host/imds.js';
import type { Logger } from '../telemetry/log.js';
import { installRuntime } from '../telemetry/temporal-log.js';
import { composeHost } from './host.js';
import { leave } from './leave.js';
import type { Leaver } from './leaver.js';
import { livesOver } from './lives.js';
import { patiently } from './patience.js';
import { listenForSignals } from './signals.js';
import { startWorkers } from './workers.js';
import type { Workers, WorkersOptions } from './workers.js';

export interface AgentOptions {
  readonly settings: AgentSettings;
  readonly temporal: Pick<WorkersOptions, 'connection' | 'namespace'>;
  readonly openLog: (fields: Record<string, unknown>) => Logger;
}

/**
 * The agent: brings its instance into service, stays, and takes it out when told to go.
 *
 * @returns the exit code: 0 left cleanly or detached, 1 otherwise.
 * @throws UsageError when the instance's cluster is not known; StepFailure MetadataUnavailable when IMDS cannot be read.
 */
export async function runAgent({ settings, temporal, openLog }: AgentOptions): Promise<number> {
  const signals = listenForSignals();
  const imds = connectImds(settings.imdsEndpoint);
  const bootLog = openLog({});
  const health = await openHealthEndpoint({ host: settings.healthHost, port: settings.healthPort });
  health.setCheck('startup', { ok: false, detail: 'not in service yet' });

  const identity = await patiently.forMetadata(() => imds.identity(), bootLog);
  const cluster = settings.cluster ?? required(await imds.cluster());
  const { instanceId } = identity;
  const log = openLog({ instance: instanceId, cluster });
  log.info({ healthPort: health.port, targetGroup: settings.targetGroupArn ?? 'by tag' }, 'agent started');

  installRuntime(log);
  const host = composeHost({ imds, health, configFile: settings.configFile });
  const aws = connectAws(identity.region);
  const leaver: Leaver = { instanceId, cluster, settings, aws, host, health, log, force: signals.force };

  const told = Promise.race([signals.stop, signals.detach]);
  const connect = () => startWorkers({ ...temporal, cluster, aws, host: { instanceId, host } });
  const workers = await patiently.forTemporal(connect, log, told);
  if (typeof workers === 'string') return end(workers, undefined);
  log.info({ address: temporal.connection.address, namespace: temporal.namespace }, 'connected to Temporal');

  const lost = workers.running.then(
    () => 'worker stopped' as const,
    (error: unknown) => ({ error }),
  );
  if (await livesOver(workers.client).shutdownRuns(instanceId, AbortSignal.timeout(30_000))) {
    log.info('a shutdown of this instance is running, going on with it');
    return end('reattach', undefined);
  }
  const entered = await Promise.race([enterService(workers), told, lost]);
  if (typeof entered === 'string') return end(entered, undefined);
  if ('error' in entered) {
    log.fatal({ reason: reasonOf(entered.error) }, 'startup failed');
    await workers.stop();
    return close(1);
  }
  const { config } = entered;
  log.info(
    { targetGroup: config.targetGroupArn, ingressDevice: config.ingressDevice, peers: config.peers.length },
    'in service',
  );
  const next = await Promise.race([told, lost]);
  if (typeof next === 'string') return end(next, config);
  log.fatal({ reason: reasonOf(next.error) }, 'a worker failed; the target stays in service');
  return close(1);

  async function enterService({ client }: Workers): Promise<{ config: ControllerConfig } | { error: unknown }> {
    try {
      const options = { ...startupStart(cluster, startupInput()), workflowIdConflictPolicy: 'USE_EXISTING' as const };
      const attempt = async () => {
        const handle = await client.workflow.start('startup', { ...options, requestEagerStart: true });
        return (await handle.result()) as ControllerConfig;
      };
      const config = await patiently.forTemporal(attempt, log, told);
      return typeof config === 'string' ? { error: config } : { config };
    } catch (error) {
      return { error };
    }
  }

  function startupInput(): StartupInput {
    const { targetGroupArn, healthyWindow, tunnelPolicy, tunnelDevice, tunnelWindow } = settings;
    return {
      instanceId,
      targetGroupArn,
      healthyWindowSeconds: healthyWindow,
      tunnel: { policy: tunnelPolicy, device: tunnelDevice, windowSeconds: tunnelWindow },
    };
  }

  async function end(why: string, config: ControllerConfig | undefined): Promise<number> {
    if (why === 'SIGHUP') {
      log.info('detached: the target stays in service');
      if (typeof workers === 'object') await workers.stop();
      return close(0);
    }
    const left = await leave(leaver, typeof workers === 'object' ? workers : undefined, why, config);
    return close(left ? 0 : 1);
  }

  async function close(code: number): Promise<number> {
    await health.close();
    return code;
  }
}

function required(cluster: string | undefined): string {
  if (cluster !== undefined) return cluster;
  throw new UsageError(
    '--cluster: found nothing, nor a tag neuwerk:cluster in the instance metadata, expected one of them; are tags enabled in the metadata options?',
  );
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof WorkflowFailedError ? (error.cause?.cause ?? error.cause) : error;
  return cause instanceof Error ? cause.message : String(cause);
};
