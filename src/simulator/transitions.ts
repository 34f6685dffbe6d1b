import type { TargetState } from './world/targets/target-health.js';
import type { Transition } from './world/observer.js';

/** How many changes are kept, at least: those of thousands of lives. Ours. */
const size = 100_000;

/** The latest changes of the health of targets, in order, and a way to wait for one. */
export class TransitionLog {
  #entries: Transition[] = [];
  #waiting: { readonly matches: (transition: Transition) => boolean; readonly resolve: () => void }[] = [];

  get entries(): readonly Transition[] {
    return this.#entries;
  }

  record(transition: Transition): void {
    this.#entries.push(transition);
    if (this.#entries.length >= 2 * size) this.#entries = this.#entries.slice(-size);
    const woken = this.#waiting.filter(({ matches }) => matches(transition));
    this.#waiting = this.#waiting.filter((waiter) => !woken.includes(waiter));
    for (const { resolve } of woken) resolve();
  }

  /** Resolves when the target enters the state, counted from this call. */
  next(targetGroupArn: string, targetId: string, state: TargetState): Promise<void> {
    const matches = (transition: Transition) =>
      transition.targetGroupArn === targetGroupArn && transition.targetId === targetId && transition.to.state === state;
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }
}
