import { describe, expect, it, vi } from 'vitest';
import { otlpExporter } from '../../src/tracing/exporter.js';
import { openTracing, tracingModes, untraced, workflowBundleOf } from '../../src/tracing/tracing.js';
import { agentSettings } from '../../src/config/settings.js';

const nobody = () => undefined;
const options = { version: '1.0.0', warn: nobody };

describe('tracing', () => {
  it('is nothing at all while it is off', async () => {
    expect(await openTracing('off', options)).toBe(untraced);
    expect(untraced).toMatchObject({ client: {}, worker: {}, awsRequests: undefined });
    expect(await untraced.span('work', {}, () => Promise.resolve('done'))).toBe('done');
    await expect(untraced.span('work', {}, () => Promise.reject(new Error('out of luck')))).rejects.toThrow(
      'out of luck',
    );
    await untraced.stop();
  });

  it("is off where OpenTelemetry's own variable says so", async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    try {
      expect(await openTracing('otlp', options)).toBe(untraced);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each([
    ['off', ''],
    ['otlp', ''],
    ['otlp', 'true'],
  ] as const)(
    '%s names the bundle of its workflows before it is opened (OTEL_SDK_DISABLED=%s)',
    async (mode, disabled) => {
      vi.stubEnv('OTEL_SDK_DISABLED', disabled);
      try {
        const tracing = await openTracing(mode, options);
        expect(workflowBundleOf(mode)).toBe(tracing.workflowBundle);
        await tracing.stop();
      } finally {
        vi.unstubAllEnvs();
      }
    },
  );

  it('has a setting that allows each of its modes', () => {
    for (const mode of tracingModes) expect(agentSettings.tracing.schema.parse(mode)).toBe(mode);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http'],
  ])('refuses %s=%s, and names what it speaks', (variable, protocol) => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', [variable]: protocol };
    expect(() => otlpExporter(env, nobody)).toThrow(
      `${variable}: found ${protocol}, expected http/protobuf or http/json`,
    );
  });
});
