import type { Recorder } from './recorder.js';

const everyMs = 1_000;

/** The drain periods that this process knows of, counted down while there is one. */
export class Drains {
  readonly #metrics: Recorder;
  /** By workflow id: when it ends, in milliseconds since the epoch. */
  readonly #until = new Map<string, number>();
  #countdown: NodeJS.Timeout | undefined;

  constructor(metrics: Recorder) {
    this.#metrics = metrics;
    this.#show();
  }

  /** Begins one, or moves its end. */
  until(workflowId: string, ms: number): void {
    this.#until.set(workflowId, ms);
    this.#countdown ??= setInterval(() => this.#show(), everyMs).unref();
    this.#show();
  }

  end(workflowId: string): void {
    if (this.#until.delete(workflowId)) this.#show();
  }

  #show(): void {
    const now = Date.now();
    // One whose workflow went on elsewhere ends here with its deadline.
    for (const [id, ms] of this.#until) if (ms <= now) this.#until.delete(id);
    const last = Math.max(now, ...this.#until.values());
    this.#metrics.set('drawbridge_drains_in_progress', {}, this.#until.size);
    this.#metrics.set('drawbridge_drain_remaining_seconds', {}, (last - now) / 1_000);
    if (this.#until.size > 0) return;
    clearInterval(this.#countdown);
    this.#countdown = undefined;
  }
}
