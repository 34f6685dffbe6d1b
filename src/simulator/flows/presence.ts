import type { Cancel, Clock } from '../clock.js';
import type { Instance } from '../world/instance.js';
import { isListening } from '../world/targets/probe.js';

/** How often a real process is asked whether it is there, in milliseconds on the wall. Ours: what a person calls at once. */
const lookMs = 250;

/** Whether a process is there to carry flows: known of scripted instances, asked of real ones for as long as they have a say. */
export class Presence {
  readonly #clock: Clock;
  readonly #onChange: (instance: Instance) => void;
  readonly #isWanted: () => boolean;
  readonly #gone = new Set<Instance>();
  readonly #looking = new Map<Instance, Cancel>();

  /**
   * @param onChange - a real process is gone, or is back.
   * @param isWanted - whether there are flows, or may be: nobody is asked without need.
   */
  constructor(clock: Clock, onChange: (instance: Instance) => void, isWanted: () => boolean) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#isWanted = isWanted;
  }

  /** What is known now. The first question about a real process starts the looking. */
  isThere(instance: Instance): boolean {
    if (instance.probe !== 'real') return instance.probe !== 'gone';
    if (!this.#looking.has(instance)) this.#lookSoon(instance);
    return !this.#gone.has(instance);
  }

  close(): void {
    for (const cancel of this.#looking.values()) cancel();
    this.#looking.clear();
  }

  #lookSoon(instance: Instance): void {
    const at = this.#clock.now() + lookMs * Math.max(1, this.#clock.speed);
    this.#looking.set(
      instance,
      this.#clock.schedule(at, () => this.#look(instance)),
    );
  }

  async #look(instance: Instance): Promise<void> {
    const { dataplaneAddress } = instance;
    if (!this.#isWanted()) {
      this.#looking.delete(instance);
      this.#gone.delete(instance);
      return;
    }
    const there = dataplaneAddress !== undefined && (await isListening(dataplaneAddress));
    if (!this.#looking.has(instance)) return;
    if (instance.state === 'running' && instance.probe === 'real') this.#lookSoon(instance);
    else this.#looking.delete(instance);
    if (there !== this.#gone.has(instance)) return;
    if (there) this.#gone.delete(instance);
    else this.#gone.add(instance);
    this.#onChange(instance);
  }
}
