import { connectAws } from '../aws/clients.js';
import type { WorkerSettings } from '../config/settings.js';
import { asError } from '../domain/failures.js';
import { fleetQueue } from '../domain/ids.js';
import type { Logger } from '../telemetry/log.js';
import { openRecorder } from '../telemetry/process-basics.js';
import { installRuntime } from '../telemetry/runtime.js';
import { untraced } from '../tracing/tracing.js';
import type { Tracing } from '../tracing/tracing.js';
import { watchConnection } from './connection-watch.js';
import { fatal } from './fatal.js';
import { Measures } from './measures.js';
import { patiently } from './patience.js';
import { listenForSignals } from './signals.js';
import { startWorkers } from './workers.js';
import type { WorkersOptions } from './workers.js';

export interface FleetWorkerOptions {
  readonly settings: WorkerSettings & { readonly cluster: string; readonly region: string };
  readonly temporal: Pick<WorkersOptions, 'connection' | 'namespace'>;
  readonly log: Logger;
  readonly version: string;
  /** @default untraced */
  readonly tracing?: Tracing;
}

/** Works on a cluster's fleet queue alone, for hosts that are gone and operators at a laptop. Exit code 0 when told to stop, 1 when the worker failed. */
export async function runFleetWorker(options: FleetWorkerOptions): Promise<number> {
  const { settings, temporal, log, version, tracing = untraced } = options;
  const { stop, detach } = listenForSignals();
  const told = Promise.race([stop, detach]);
  const { cluster, region, metricsHost, metricsPort } = settings;
  const recorder = openRecorder({ version, role: 'worker' });
  const metrics = installRuntime(() => log, { recorder, at: { host: metricsHost, port: metricsPort } });
  const measures = new Measures(recorder);
  const aws = connectAws(region, tracing.awsRequests);
  const start = (givenUp: AbortSignal) => startWorkers({ ...temporal, cluster, aws, measures, tracing, givenUp });
  const connecting = patiently.forTemporal(start, { log, told, tooLate: (late) => void late.stop() });
  const workers = await connecting.catch(asError);
  if (workers instanceof Error) return fatal(workers, log, 'the worker cannot start');
  if (typeof workers === 'string') return 0;
  log.info({ version, metrics: metrics ?? 'none', queue: fleetQueue(cluster) }, 'fleet worker started');
  watchConnection(workers.client, log, (is) => measures.connected(is));
  const next = await Promise.race([told, workers.lost]);
  try {
    if (typeof next !== 'string') return fatal(next, log, 'the worker failed');
    log.info({ signal: next }, 'fleet worker stopping');
    return 0;
  } finally {
    await workers.stop();
  }
}
