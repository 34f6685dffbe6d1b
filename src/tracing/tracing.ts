import type { ClientOptions } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import type { RequestObserver } from '../aws/api.js';

export const tracingModes = ['off', 'otlp'] as const;
export type TracingMode = (typeof tracingModes)[number];

/** What a process does to be traced: its own spans, Temporal's, and those of its requests to AWS. */
export interface Tracing {
  /** Runs the work in a span of this process: what happens within is a part of it. Its outcome is the work's own, and an error that it returns or throws marks the span. */
  span<T>(name: string, attributes: Record<string, string>, work: () => Promise<T>): Promise<T>;
  readonly awsRequests: RequestObserver | undefined;
  readonly client: NonNullable<ClientOptions['interceptors']>;
  readonly worker: Pick<WorkerOptions, 'interceptors' | 'sinks'>;
  /** Which of the two bundles the workflows come from: interceptors have to be built in. */
  readonly workflowBundle: 'workflow-bundle.js' | 'traced-workflow-bundle.js';
  /** Delivers what is not delivered yet, within `farewellMs`; never rejects. */
  stop(): Promise<void>;
}

/** Costs nothing: no interceptor, no other bundle, not even an import. */
export const untraced: Tracing = {
  span: (_, __, work) => work(),
  awsRequests: undefined,
  client: {},
  worker: {},
  workflowBundle: 'workflow-bundle.js',
  stop: () => Promise.resolve(),
};

const isOff = (mode: TracingMode): boolean => mode === 'off' || process.env.OTEL_SDK_DISABLED?.toLowerCase() === 'true';

/** The bundle of the workflows, known before tracing is opened: it is loaded ahead. */
export const workflowBundleOf = (mode: TracingMode): Tracing['workflowBundle'] =>
  isOff(mode) ? untraced.workflowBundle : 'traced-workflow-bundle.js';

export interface TracingOptions {
  readonly version: string;
  /** Told once, when spans cannot be delivered. */
  readonly warn: (fields: { reason: string }, message: string) => void;
}

/**
 * Where, how often and under which name: OpenTelemetry's own variables say it, such as OTEL_EXPORTER_OTLP_ENDPOINT.
 *
 * @throws Error when OTEL_EXPORTER_OTLP_PROTOCOL names one that we do not speak.
 */
export async function openTracing(mode: TracingMode, options: TracingOptions): Promise<Tracing> {
  if (isOff(mode)) return untraced;
  const { exportTraces } = await import('./opentelemetry.js');
  return exportTraces(options);
}
