import { UsageError } from '../config/usage-error.js';
import type { Logger } from '../telemetry/log.js';
import { openTracing } from '../tracing/tracing.js';
import type { Tracing, TracingMode } from '../tracing/tracing.js';
import { version } from './version.js';

/**
 * Runs a command's work traced, or not, and delivers its last spans.
 *
 * @throws UsageError for a protocol that is not spoken, before anything is done; what the work throws.
 */
export async function traced<T>(
  mode: TracingMode,
  openLog: (fields: Record<string, unknown>) => Logger,
  work: (tracing: Tracing) => Promise<T>,
): Promise<T> {
  const tracing = await openTracing(mode, {
    version,
    warn: (fields, message) => openLog({}).warn(fields, message),
  }).catch((error: unknown) => {
    throw new UsageError((error as Error).message);
  });
  try {
    return await work(tracing);
  } finally {
    await tracing.stop();
  }
}
