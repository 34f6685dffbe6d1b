import { shutdownId } from '../domain/ids.js';
import { receiptOf } from '../temporal/receipt-of.js';
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
      const receipt = await receiptOf(client.workflow.getHandle(shutdownId(instanceId)));
      // Told to go meanwhile, it follows the same shutdown to its end by itself.
      if (receipt !== undefined && ownSteps.wayOut === undefined) await keepReceipt(self, receipt);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'how that ended is not known; its receipt is in Temporal');
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
