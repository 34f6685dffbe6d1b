import type { DrainReceipt } from '../domain/receipt.js';
import type { Exit } from './supervised.js';
import { tableOf } from './board.js';

/** How one appliance left: what Temporal has of it, what AWS was asked, how the process ended. */
export interface Departure {
  readonly instanceId: string;
  readonly how: string;
  readonly receipt: DrainReceipt | undefined;
  readonly deregistrations: number;
  readonly exit: Exit | undefined;
}

export interface Promised {
  readonly outcome: 'drained' | 'interrupted';
  readonly drainSeconds: number;
  readonly exitCode: number;
}

/** How late a timer may be: the Temporal service's own delay and a busy machine's. */
const latenessSeconds = 2;

/** One sentence for each promise that was not kept; none when all were. */
export function brokenPromises(
  { instanceId, receipt, deregistrations, exit }: Departure,
  promised: Promised,
): string[] {
  if (receipt === undefined) return [`${instanceId}: no drain receipt, expected one`];
  const { outcome, drainedSeconds } = receipt;
  const broken: string[] = [];
  if (outcome !== promised.outcome) broken.push(`outcome ${outcome}, expected ${promised.outcome}`);
  if (promised.outcome === 'drained' && !within(drainedSeconds, promised.drainSeconds)) {
    broken.push(
      `drained for ${drainedSeconds ?? 0} s, expected ${promised.drainSeconds} s to ${promised.drainSeconds + latenessSeconds} s`,
    );
  }
  if (promised.outcome === 'interrupted' && (drainedSeconds ?? 0) >= promised.drainSeconds) {
    broken.push(`drained for ${drainedSeconds ?? 0} s, expected the force to end it before ${promised.drainSeconds} s`);
  }
  if (deregistrations !== 1) broken.push(`${deregistrations} DeregisterTargets, expected 1`);
  if (exit?.code !== promised.exitCode)
    broken.push(`agent exit code ${exit?.code ?? 'none'}, expected ${promised.exitCode}`);
  return broken.map((sentence) => `${instanceId}: ${sentence}`);
}

const within = (seconds: number | null, period: number): boolean =>
  seconds !== null && seconds >= period && seconds <= period + latenessSeconds;

/** The drain receipts, a row each, within 80 columns. */
export function receiptTable(departures: readonly Departure[]): string {
  const head = ['instance', 'taken out by', 'outcome', 'asked', 'drained', 'exit'];
  return tableOf(
    head,
    departures.map(({ instanceId, how, receipt, exit }) => [
      instanceId,
      how,
      receipt?.outcome ?? 'no receipt',
      receipt?.drainPeriodSeconds == null ? '-' : `${receipt.drainPeriodSeconds} s`,
      receipt?.drainedSeconds == null ? '-' : `${receipt.drainedSeconds.toFixed(1)} s`,
      String(exit?.code ?? '-'),
    ]),
  );
}
