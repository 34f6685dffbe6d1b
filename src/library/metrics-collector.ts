import type { MetricMeter } from '@temporalio/common';
import type { InjectedSinks } from '@temporalio/worker';
import type { StepMetrics } from '../activities/dependencies.js';
import { Recorder } from '../telemetry/recorder.js';
import { Measures } from '../workers/measures.js';
import type { LifeSinks } from '../workflows/measures.js';

/** Where the metrics of docs/metrics.md come together in a program of your own. Nothing in it fails or waits. */
export interface MetricsCollector {
  /** For `createActivities`, as `metrics`: registration status, target health, attempts of steps. */
  readonly steps: StepMetrics;
  /** For the worker that runs the workflows, with `drawbridge/workflow-measures` among its interceptor modules: phases, drains, outcomes. */
  readonly sinks: InjectedSinks<LifeSinks>;
  /**
   * This meter takes the values from now on, such as `Runtime.instance().metricMeter`. It may come before or after the first
   * value, and again: it hears the latest of each gauge, all counts so far, and the durations that no meter has heard.
   */
  readonly collectInto: (meter: MetricMeter) => void;
}

/** @param targetIds the ids that this host's own target may have: its instance id and its private IP. None: a worker without a host. */
export function createMetricsCollector(targetIds: readonly string[] = []): MetricsCollector {
  const recorder = new Recorder();
  const measures = new Measures(recorder);
  if (targetIds.length > 0) measures.isHost(...targetIds);
  return { steps: measures.steps, sinks: measures.sinks, collectInto: (meter) => recorder.collectInto(meter) };
}
