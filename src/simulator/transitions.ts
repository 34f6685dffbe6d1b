import type { TargetState } from './world/targets/target-health.js';
import type { Transition } from './world/observer.js';

/** Every change of a target's health, in order, and a way to wait for one. */
export class TransitionLog {
  readonly entries: Transition[] = [];
  #waiting: { readonly matches: (transition: Transition) => boolean; readonly resolve: () => void }[] = [];

  record(transition: Transition): void {
    this.entries.push(transition);
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
