import { shutdownId } from '../domain/ids.js';
import { leftCleanly } from '../domain/receipt.js';
import type { DrainReceipt } from '../domain/receipt.js';
import { writeWhole } from '../host/config-file.js';
import type { Leaver } from './leaver.js';

/** Says how the instance left, and writes the receipt to its file where there is to be one. @returns whether it left cleanly. */
export async function keepReceipt(
  { log, settings }: Pick<Leaver, 'log' | 'settings'>,
  receipt: DrainReceipt,
): Promise<boolean> {
  const { outcome, drainPeriodSeconds, drainedSeconds, forced, triggers, warnings } = receipt;
  const fields = {
    workflowId: shutdownId(receipt.instanceId),
    outcome,
    ...(drainPeriodSeconds !== null && { drainPeriodSeconds, drainedSeconds }),
    askedBy: triggers.map(({ by }) => by).join(', '),
    ...(forced !== null && { forced: forced.reason }),
    ...(warnings.length > 0 && { warnings }),
  };
  if (leftCleanly(outcome)) log.info(fields, 'out of service');
  else log.error(fields, 'left without a full drain');
  const { receiptFile } = settings;
  if (receiptFile !== undefined) {
    try {
      await writeWhole(receiptFile, `${JSON.stringify(receipt, null, 2)}\n`);
    } catch (error) {
      // The instance has left; its receipt is in the workflow's result too.
      log.error({ reason: (error as Error).message, file: receiptFile }, 'the drain receipt could not be written');
    }
  }
  return leftCleanly(outcome);
}
