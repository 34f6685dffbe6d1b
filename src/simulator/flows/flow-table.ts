import type { Target } from '../world/targets/target.js';
import type { FlowLoss, FlowPlan } from './flow.js';
import type { FlowRecord } from './tally.js';

/** A flow under way. */
export interface Flow {
  readonly plan: FlowPlan;
  readonly key: string;
  /** The targets that it went to, the present one last. */
  readonly path: Target[];
  silent: boolean;
  over: boolean;
}

/** What the load balancer remembers of the flows with one stickiness key. */
export interface Entry {
  readonly key: string;
  readonly availabilityZone: string;
  readonly idleMs: number;
  target: Target;
  lastPacketAt: number;
  readonly flows: Set<Flow>;
}

/** The flow table of a load balancer: the target of each stickiness key, for as long as packets come. */
export class FlowTable {
  readonly #entries = new Map<string, Entry>();

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  add(entry: Entry): void {
    this.#entries.set(entry.key, entry);
  }

  /** The entries that send to this target; a copy, so that they may be changed on the way. */
  of({ id, port }: Target): Entry[] {
    return [...this.#entries.values()].filter(({ target }) => target.id === id && target.port === port);
  }

  /** The targets that entries send to, registered or not. */
  get targets(): ReadonlySet<Target> {
    return new Set([...this.#entries.values()].map(({ target }) => target));
  }

  get all(): Entry[] {
    return [...this.#entries.values()];
  }

  delete(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
  }

  /** Forgets the entry when no packet came for its idle timeout. */
  expire(entry: Entry, now: number): void {
    const sending = [...entry.flows].some(({ silent }) => !silent);
    if (!sending && now >= entry.lastPacketAt + entry.idleMs) this.delete(entry);
  }
}

/** What is kept of a flow that did not end where it began. */
export const recordOf = (
  { plan, path }: Pick<Flow, 'plan' | 'path'>,
  outcome: FlowRecord['outcome'],
  endedAt: number,
  because: FlowLoss | undefined,
): FlowRecord => ({
  tuple: plan.tuple,
  openedAt: plan.opensAt,
  endedAt,
  targets: path.map(({ id }) => id),
  outcome,
  ...(because && { because }),
});
