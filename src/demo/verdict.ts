import type { DrainReceipt } from '../domain/receipt.js';
import type { Exit } from './supervised.js';
import { tableOf } from '../cli/views/table.js';

/** How one appliance left: what Temporal has of it, what AWS was asked, how the process ended. */
export interface Departure {
  readonly instanceId: string;
  readonly how: string;
  readonly receipt: DrainReceipt | undefined;
  readonly deregistrations: number;
  readonly exit: Exit | undefined;
  /** Flows that did not reach their end. */
  readonly cut: number;
}

export interface Promised {
  readonly outcome: 'drained' | 'interrupted';
  readonly drainSeconds: number;
  readonly exitCode: number;
}

/** How late a drain may end: a worker that is just stopping may take the task that ends it along (`workflowTaskMs`, and room). */
const latenessSeconds = 5;

/** One sentence for each promise that was not kept; none when all were. */
export function brokenPromises(
  { instanceId, receipt, deregistrations, exit, cut }: Departure,
  promised: Promised,
): string[] {
  const period = promised.drainSeconds;
  const drained = receipt?.drainedSeconds ?? 0;
  const code = exit?.code ?? 'none';
  const [held, expected] =
    promised.outcome === 'drained'
      ? [drained >= period && drained <= period + latenessSeconds, `${period} s to ${period + latenessSeconds} s`]
      : [drained < period, `less than ${period} s`];
  const promises: readonly (readonly [boolean, string])[] = [
    [receipt?.outcome === promised.outcome, `outcome ${receipt?.outcome ?? 'unknown'}, expected ${promised.outcome}`],
    [held, `drained for ${drained} s, expected ${expected}`],
    [deregistrations === 1, `${deregistrations} DeregisterTargets, expected 1`],
    [promised.outcome === 'interrupted' || cut === 0, `${cut} flows cut, expected 0`],
    [code === promised.exitCode, `agent exit code ${code}, expected ${promised.exitCode}`],
  ];
  return promises.filter(([kept]) => !kept).map(([, sentence]) => `${instanceId}: ${sentence}`);
}

/** The drain receipts, a row each, within 80 columns. */
export function receiptTable(departures: readonly Departure[]): string {
  const head = ['instance', 'taken out by', 'outcome', 'asked', 'drained', 'flows cut', 'exit'];
  return tableOf(
    head,
    departures.map(({ instanceId, how, receipt, exit, cut }) => [
      instanceId,
      how,
      receipt?.outcome ?? 'no receipt',
      receipt?.drainPeriodSeconds == null ? '-' : `${receipt.drainPeriodSeconds} s`,
      receipt?.drainedSeconds == null ? '-' : `${receipt.drainedSeconds.toFixed(1)} s`,
      String(cut),
      String(exit?.code ?? '-'),
    ]),
  );
}
