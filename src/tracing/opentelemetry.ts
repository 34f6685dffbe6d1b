import { setTimeout as pause } from 'node:timers/promises';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span, Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Resource, envDetectorSync } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import {
  OpenTelemetryActivityInboundInterceptor,
  makeWorkflowExporter,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry/lib/workflow/definitions.js';
import type { InjectedSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { RequestObserver } from '../aws/api.js';
import { farewellMs } from '../domain/timings.js';
import { otlpExporter } from './exporter.js';
import type { Tracing, TracingOptions } from './tracing.js';

/**
 * One trace from the agent through the workflow and its activities to each request to AWS, delivered by OTLP over HTTP.
 *
 * Spans wait in memory, 2,048 at most, and are sent every five seconds; what does not fit, or cannot be sent, is lost.
 * Names are Temporal's (`RunActivity:registerTarget`) and those of OpenTelemetry's conventions for AWS
 * (`Elastic Load Balancing v2.RegisterTargets`).
 *
 * @see https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
 */
export function exportTraces({ version, warn }: TracingOptions): Tracing {
  const resource = Resource.default()
    .merge(new Resource({ 'service.name': 'drawbridge', 'service.version': version }))
    .merge(new Resource(envDetectorSync.detect().attributes));
  const processor = new BatchSpanProcessor(otlpExporter(process.env, warn));
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  const tracer = trace.getTracer('drawbridge', version);

  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the interceptors' own copy of the same class
  const { export: toExporter } = makeWorkflowExporter(processor, resource);
  const sinks: InjectedSinks<OpenTelemetrySinks> = {
    exporter: { export: { fn: (info, spans) => toExporter.fn(namesOf(info), spans) } },
  };

  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          const outcome = await work();
          if (outcome instanceof Error) failed(span, outcome);
          return outcome;
        } catch (error) {
          failed(span, error as Error);
          throw error;
        } finally {
          span.end();
        }
      }),
    awsRequests: spansOfRequests(tracer),
    client: { workflow: [spansOfMessages(new OpenTelemetryWorkflowClientInterceptor())] },
    worker: {
      interceptors: { activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })] },
      sinks,
    },
    workflowBundle: 'traced-workflow-bundle.js',
    stop: async () => {
      const delivered = provider.shutdown().catch(() => undefined);
      await Promise.race([delivered, pause(farewellMs)]);
    },
  };
}

const failed = (span: Span, { message }: Error) => span.setStatus({ code: SpanStatusCode.ERROR, message });

/** What tells a workflow's spans apart. The rest of what Temporal knows of it is not a trace's business. */
const namesOf = ({ workflowId, runId, workflowType, taskQueue, namespace }: WorkflowInfo) =>
  ({ workflowId, runId, workflowType, taskQueue, namespace }) as WorkflowInfo;

/** What sets something going. An agent also asks its shutdown every few seconds whether it still runs: that would fill the trace. */
const spansOfMessages = (every: OpenTelemetryWorkflowClientInterceptor): WorkflowClientInterceptor => ({
  startWithDetails: (input, next) => every.startWithDetails(input, next),
  signal: (input, next) => every.signal(input, next),
  signalWithStart: (input, next) => every.signalWithStart(input, next),
  startUpdate: (input, next) => every.startUpdate(input, next),
  startUpdateWithStart: (input, next) => every.startUpdateWithStart(input, next),
});

/** A request's parameters and the text of its error are not recorded: names and identifiers are enough to find both. */
const spansOfRequests =
  (tracer: Tracer): RequestObserver =>
  ({ service, operation, region }) => {
    const span = tracer.startSpan(`${service}.${operation}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': operation,
        'cloud.region': region,
      },
    });
    return ({ status, requestId, errorName }) => {
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      if (requestId !== undefined) span.setAttribute('aws.request_id', requestId);
      if (errorName !== undefined) {
        span.setAttribute('error.type', errorName);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    };
  };
