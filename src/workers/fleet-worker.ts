import { connectAws } from '../aws/clients.js';
import type { WorkerSettings } from '../config/settings.js';
import { fleetQueue } from '../domain/ids.js';
import type { Logger } from '../telemetry/log.js';
import { installRuntime } from '../telemetry/temporal-log.js';
import { untraced } from '../tracing/tracing.js';
import type { Tracing } from '../tracing/tracing.js';
import { patiently } from './patience.js';
import { listenForSignals } from './signals.js';
import { startWorkers } from './workers.js';
import type { WorkersOptions } from './workers.js';

export interface FleetWorkerOptions {
  readonly settings: WorkerSettings & { readonly cluster: string; readonly region: string };
  readonly temporal: Pick<WorkersOptions, 'connection' | 'namespace'>;
  readonly log: Logger;
  /** @default untraced */
  readonly tracing?: Tracing;
}

/** Works on a cluster's fleet queue alone, for hosts that are gone and operators at a laptop. Exit code 0 when told to stop, 1 when the worker failed. */
export async function runFleetWorker({
  settings,
  temporal,
  log,
  tracing = untraced,
}: FleetWorkerOptions): Promise<number> {
  const { stop, detach } = listenForSignals();
  const told = Promise.race([stop, detach]);
  installRuntime(log);
  const { cluster, region } = settings;
  const start = (givenUp: AbortSignal) =>
    startWorkers({ ...temporal, cluster, aws: connectAws(region, tracing.awsRequests), tracing, givenUp });
  const workers = await patiently.forTemporal(start, { log, told, tooLate: (late) => void late.stop() });
  if (typeof workers === 'string') return 0;
  log.info({ queue: fleetQueue(cluster) }, 'fleet worker started');
  const next = await Promise.race([told, workers.lost]);
  if (typeof next === 'string') log.info({ signal: next }, 'fleet worker stopping');
  else log.fatal({ reason: next.message }, 'the worker failed');
  await workers.stop();
  return typeof next === 'string' ? 0 : 1;
}
