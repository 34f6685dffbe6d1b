import type { FiveTuple, FlowLoss, FlowOutcome } from './flow.js';

/** The flows of one target: those that are there now, and what became of the others. */
export interface TargetFlows {
  readonly targetId: string;
  /** Open now; those that fell silent for a while included. */
  readonly active: number;
  /** Flows that were first sent here. */
  readonly opened: number;
  readonly finished: number;
  readonly movedAway: number;
  readonly movedHere: number;
  readonly cut: number;
}

/** A flow that did not end where it began. */
export interface FlowRecord {
  readonly tuple: FiveTuple;
  readonly openedAt: number;
  readonly endedAt: number;
  /** Ids of the targets that it went to, in order. */
  readonly targets: readonly string[];
  readonly outcome: Exclude<FlowOutcome, 'finished'>;
  readonly because?: FlowLoss;
}

/** All flows of a load balancer. `opened` is the sum of the others. */
export interface FlowReport {
  readonly opened: number;
  readonly active: number;
  readonly finished: number;
  readonly moved: number;
  readonly cut: number;
  readonly refused: number;
  readonly targets: readonly TargetFlows[];
  /** The latest of those that did not end where they began. */
  readonly records: readonly FlowRecord[];
}

/** How many records are kept: to look at, not to count with. Ours. */
const recordsKept = 10_000;

type Counter = Exclude<keyof TargetFlows, 'targetId'>;

/** Counts flows. Whoever opens one here ends it here, exactly once. */
export class Tally {
  readonly #totals = { opened: 0, active: 0, finished: 0, moved: 0, cut: 0, refused: 0 };
  readonly #targets = new Map<string, { targetId: string } & Record<Counter, number>>();
  #records: FlowRecord[] = [];

  open(targetId: string): void {
    this.#totals.opened += 1;
    this.#totals.active += 1;
    this.#count(targetId, 'opened', 1);
    this.#count(targetId, 'active', 1);
  }

  move(from: string, to: string): void {
    this.#count(from, 'movedAway', 1);
    this.#count(from, 'active', -1);
    this.#count(to, 'movedHere', 1);
    this.#count(to, 'active', 1);
  }

  /** @param record - left out for a flow that ended where it began. */
  end(targetId: string, record?: FlowRecord): void {
    this.#totals.active -= 1;
    this.#totals[record?.outcome ?? 'finished'] += 1;
    this.#count(targetId, 'active', -1);
    if (record?.outcome === 'cut') this.#count(targetId, 'cut', 1);
    else this.#count(targetId, 'finished', 1);
    if (record) this.#keep(record);
  }

  /** A flow that found no target was never open anywhere. */
  refuse(record: FlowRecord): void {
    this.#totals.opened += 1;
    this.#totals.refused += 1;
    this.#keep(record);
  }

  report(): FlowReport {
    const targets = [...this.#targets.values()].map((target) => ({ ...target }));
    return { ...this.#totals, targets, records: this.#records.slice(-recordsKept) };
  }

  #count(targetId: string, counter: Counter, by: number): void {
    let flows = this.#targets.get(targetId);
    if (!flows) {
      flows = { targetId, active: 0, opened: 0, finished: 0, movedAway: 0, movedHere: 0, cut: 0 };
      this.#targets.set(targetId, flows);
    }
    flows[counter] += by;
  }

  #keep(record: FlowRecord): void {
    this.#records.push(record);
    if (this.#records.length >= 2 * recordsKept) this.#records = this.#records.slice(-recordsKept);
  }
}
