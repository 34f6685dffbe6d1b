import type { InjectedSinks } from '@temporalio/worker';
import type { StepMetrics } from '../activities/dependencies.js';
import { shutdownId } from '../domain/ids.js';
import type { DrainReceipt } from '../domain/receipt.js';
import { targetHealthStates } from '../domain/target-health.js';
import { Drains } from '../telemetry/drains.js';
import type { Recorder } from '../telemetry/recorder.js';
import type { LifeSinks } from '../workflows/measures.js';

/** From what happens in this process to the metrics: of the steps it does, of the workflows it runs, and of its own target. */
export class Measures {
  readonly drains: Drains;
  private readonly metrics: Recorder;
  private own: readonly string[] = [];

  constructor(metrics: Recorder) {
    this.metrics = metrics;
    this.drains = new Drains(metrics);
    for (const kind of ['fleet', 'in_process']) metrics.add('drawbridge_fallbacks_total', { kind }, 0);
    metrics.add('drawbridge_forced_total', {}, 0);
    this.connected(false);
  }

  /** This process is an agent, and these are the ids that its target may have. */
  isHost(...own: string[]): void {
    this.own = own;
    this.metrics.set('drawbridge_in_service', {}, 0);
    this.metrics.set('drawbridge_registered', {}, 0);
    for (const code of ['200', '503']) this.metrics.add('drawbridge_health_requests_total', { code }, 0);
  }

  inService(is: boolean): void {
    this.metrics.set('drawbridge_in_service', {}, is ? 1 : 0);
  }

  connected(is: boolean): void {
    this.metrics.set('drawbridge_temporal_connected', {}, is ? 1 : 0);
  }

  leavesInProcess(): void {
    this.metrics.add('drawbridge_fallbacks_total', { kind: 'in_process' });
  }

  answered(status: 200 | 503): void {
    this.metrics.add('drawbridge_health_requests_total', { code: String(status) });
  }

  /** A shutdown is over. */
  left(receipt: DrainReceipt, seconds: number): void {
    const outcome = receipt.outcome.replaceAll(' ', '_');
    this.metrics.observe('drawbridge_shutdown_duration_seconds', { outcome }, seconds);
    const { drainedSeconds, forced } = receipt;
    if (drainedSeconds !== null) this.metrics.observe('drawbridge_drain_duration_seconds', { outcome }, drainedSeconds);
    if (forced !== null) this.metrics.add('drawbridge_forced_total', {});
    this.drains.end(shutdownId(receipt.instanceId));
  }

  readonly steps: StepMetrics = {
    attempted: (step: string, seconds: number, outcome: 'done' | 'cancelled' | 'retried' | 'failed', type?: string) => {
      this.metrics.observe('drawbridge_step_duration_seconds', { step, outcome }, seconds);
      if (type === undefined) return;
      if (outcome === 'retried') this.metrics.add('drawbridge_step_retries_total', { step, type });
      else this.metrics.add('drawbridge_step_failures_total', { step, type });
    },
    unanswered: (step, type) => this.metrics.add('drawbridge_step_retries_total', { step, type }),
    saw: (targetId, { state }) => {
      if (!this.own.includes(targetId)) return;
      for (const each of targetHealthStates)
        this.metrics.set('drawbridge_target_health', { state: each }, each === state ? 1 : 0);
      this.metrics.set('drawbridge_target_health_seen_timestamp_seconds', {}, Math.floor(Date.now() / 1_000));
    },
    registered: (targetId, is) => {
      if (!this.own.includes(targetId)) return;
      this.metrics.set('drawbridge_registered', {}, is ? 1 : 0);
      if (!is) this.inService(false);
    },
  };

  /** For the worker that runs the workflows. */
  readonly sinks: InjectedSinks<LifeSinks> = {
    life: {
      phaseEnded: {
        fn: ({ workflowType: workflow }, phase, seconds) =>
          this.metrics.observe(
            'drawbridge_phase_duration_seconds',
            { workflow, phase: phase.replaceAll(' ', '_') },
            seconds,
          ),
      },
      draining: { fn: ({ workflowId }, untilMs) => this.drains.until(workflowId, untilMs) },
      fleetTookOver: { fn: () => this.metrics.add('drawbridge_fallbacks_total', { kind: 'fleet' }) },
      ended: {
        fn: ({ workflowType: workflow }, seconds, type, receipt) => {
          if (type !== undefined) this.metrics.add('drawbridge_life_failures_total', { workflow, type });
          if (workflow === 'startup') {
            const outcome = type === undefined ? 'in_service' : 'failed';
            this.metrics.observe('drawbridge_startup_duration_seconds', { outcome }, seconds);
          } else if (workflow === 'shutdown' && receipt !== undefined) this.left(receipt, seconds);
        },
      },
    },
  };
}
