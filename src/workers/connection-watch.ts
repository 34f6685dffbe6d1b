import type { Client } from '@temporalio/client';
import type { Logger } from '../telemetry/log.js';
import { within } from './bounded.js';
import { askMs, pingEveryMs } from './waits.js';

/**
 * Asks Temporal now and then whether it is there, for `/ready`, the metrics, and one line in the log when that changes. Nothing
 * is decided by it. Ends with the process.
 *
 * @param heard called with each answer, at once with the first: who has a client is connected
 */
export function watchConnection(client: Client, log: Logger, heard: (connected: boolean) => void): void {
  let connected = true;
  heard(connected);
  const ask = async (): Promise<boolean> => {
    const question = () => client.workflowService.getSystemInfo({});
    try {
      await within(askMs, () => client.withDeadline(Date.now() + askMs, question));
      return true;
    } catch {
      return false;
    }
  };
  setInterval(() => {
    void ask().then((answered) => {
      heard(answered);
      if (answered === connected) return;
      connected = answered;
      if (answered) log.info('Temporal answers again');
      else log.warn('Temporal does not answer; what is in service goes on serving');
    });
  }, pingEveryMs).unref();
}
