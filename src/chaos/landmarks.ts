import type { Landmark } from './plan.js';

/** When each landmark of a life was reached, for whoever waits for it. */
export class Landmarks {
  readonly #reached = new Map<Landmark, number>();
  readonly #waiting = new Map<Landmark, (() => void)[]>();

  /** Counts the first time. */
  reach(landmark: Landmark): void {
    if (this.#reached.has(landmark)) return;
    this.#reached.set(landmark, Date.now());
    for (const goOn of this.#waiting.get(landmark) ?? []) goOn();
    this.#waiting.delete(landmark);
  }

  has(landmark: Landmark): boolean {
    return this.#reached.has(landmark);
  }

  /** Resolves once it is reached; never when it is not. */
  async of(landmark: Landmark): Promise<void> {
    if (this.has(landmark)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.set(landmark, [...(this.#waiting.get(landmark) ?? []), resolve]);
    });
  }
}
