import { Runtime } from '@temporalio/worker';
import type { Logger as SdkLogger, RuntimeOptions } from '@temporalio/worker';
import { inAddress } from '../domain/address.js';
import { heldBackBy } from './line-order.js';
import type { Logger } from './log.js';
import { bucketsByName } from './metrics.js';
import type { Recorder } from './recorder.js';
import { temporalLogger } from './temporal-log.js';

/** Where `/metrics` is served: an IP address and a port. Port 0: nowhere. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The SDK's runtime for this process: its logs through ours, its signals left to us, `/metrics` with its metrics and ours. Once
 * per process, before anything else of Temporal's worker.
 *
 * An address that cannot be listened on is an error in the log and nothing more: no appliance stays out of service, or in it,
 * for want of a metric.
 *
 * @param log asked for each line: the agent's log knows its instance only later
 * @returns where `/metrics` is served, undefined for nowhere
 */
export function installRuntime(
  log: () => Logger,
  metrics?: { recorder: Recorder; at: MetricsAddress },
): string | undefined {
  const telemetry = {
    logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } },
  } satisfies RuntimeOptions['telemetryOptions'];
  const options: RuntimeOptions = { shutdownSignals: [], logger: temporalLogger(log) };
  const at = metrics?.at.port === 0 ? undefined : metrics?.at;
  const served = at && serveAt(at);
  if (served === undefined) Runtime.install({ ...options, telemetryOptions: telemetry });
  const { logger, metricMeter } = Runtime.instance();
  heldBackBy(() => (logger as SdkLogger & { flush?: () => void }).flush?.());
  metrics?.recorder.collectInto(metricMeter);
  return served;

  function serveAt({ host, port }: MetricsAddress): string | undefined {
    const bindAddress = `${inAddress(host)}:${port}`;
    try {
      const prometheus = {
        bindAddress,
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: bucketsByName(),
      };
      Runtime.install({ ...options, telemetryOptions: { ...telemetry, metrics: { prometheus } } });
      return bindAddress;
    } catch (error) {
      const reason = (error as Error).message.replace(/^Failed to start prometheus metrics exporter: /, '');
      log().error(
        { address: bindAddress, reason },
        'no /metrics: the address cannot be listened on; all else goes on. Give --metrics-port a free port, or 0 for none',
      );
      return undefined;
    }
  }
}
