import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { TracingOptions } from './tracing.js';

const exporters = { 'http/protobuf': ProtobufExporter, 'http/json': JsonExporter };
type Protocol = keyof typeof exporters;

/** OpenTelemetry's own default. */
const usual: Protocol = 'http/protobuf';

/** Delivers spans to a collector, and says once when it cannot: the traced life goes on without. */
export function otlpExporter(env: NodeJS.ProcessEnv, warn: TracingOptions['warn']): SpanExporter {
  const exporter = new exporters[protocolIn(env)]();
  let said = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.FAILED && !said) {
          said = true;
          warn(
            { reason: result.error?.message ?? 'no reason given' },
            'traces are not delivered, everything else goes on; said once',
          );
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}

function protocolIn(env: NodeJS.ProcessEnv): Protocol {
  const variable = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'].find((name) => env[name]);
  const asked = variable === undefined ? usual : env[variable];
  const protocol = Object.keys(exporters).find((name): name is Protocol => name === asked);
  if (protocol !== undefined) return protocol;
  const known = Object.keys(exporters).join(' or ');
  throw new Error(`${variable ?? ''}: found ${asked ?? ''}, expected ${known}`);
}
