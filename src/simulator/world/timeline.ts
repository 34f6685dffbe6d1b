/** How many earlier values are remembered: a stale read looks back by seconds, not by days. Ours. */
const remembered = 100;

/** A value and the values before it, each with the time from which it held. */
export class Timeline<Value> {
  readonly #entries: { readonly at: number; readonly value: Value }[];

  constructor(value: Value, at: number) {
    this.#entries = [{ at, value }];
  }

  get latest(): Value {
    return this.at(Infinity);
  }

  /** From when the latest value holds. */
  get since(): number {
    return this.#entries.at(-1)?.at ?? -Infinity;
  }

  set(value: Value, at: number): void {
    this.#entries.push({ at, value });
    if (this.#entries.length > remembered) this.#entries.shift();
  }

  /** Whether this holds of the value, or of one of those before it that are remembered. */
  ever(holds: (value: Value) => boolean): boolean {
    return this.#entries.some(({ value }) => holds(value));
  }

  /** The value that held at `time`; the first one for a time before all. */
  at(time: number): Value {
    const entry = this.#entries.findLast(({ at }) => at <= time) ?? this.#entries[0];
    if (entry === undefined) throw new Error('a timeline has at least one value');
    return entry.value;
  }
}
