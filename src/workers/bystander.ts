import { shutdownId } from '../domain/ids.js';
import { shutdownTimeoutMs } from '../domain/starting.js';
import { reasonOf } from '../temporal/reason.js';
import { awaitReceipt } from './await-receipt.js';
import { keepReceipt } from './keep-receipt.js';
import type { Leaver } from './leaver.js';
import type { Workers } from './workers.js';

/**
 * An agent that serves, and whose instance somebody else takes out: it says so, and keeps the receipt as it would its own. It
 * stays up: whoever took the instance out may bring it back.
 */
export function watchForOthers(self: Leaver, { client }: Workers): void {
  const { instanceId, ownSteps, log } = self;
  let watching = false;
  const watch = async (): Promise<void> => {
    log.warn('somebody takes this instance out of service; the agent stays, and can bring it back: drawbridge startup');
    try {
      // For as long as it may run: an outage of Temporal meanwhile ends, and its receipt belongs here as well.
      const receipt = await awaitReceipt(client.workflow.getHandle(shutdownId(instanceId)), shutdownTimeoutMs);
      if (receipt === undefined) log.warn('how that ended is not known; its receipt, if it has one, is in Temporal');
      // Told to go meanwhile, it follows the same shutdown to its end by itself.
      if (receipt !== undefined && ownSteps.wayOut === undefined) await keepReceipt(self, receipt);
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the receipt of that could not be kept; it is in Temporal');
    } finally {
      watching = false;
    }
  };
  ownSteps.onTakenOut = () => {
    if (watching) return;
    watching = true;
    void watch();
  };
}
