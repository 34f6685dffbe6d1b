import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { describe, expect, inject } from 'vitest';
import { freePort } from '../../src/demo/ports.js';
import { installRuntime } from '../../src/telemetry/runtime.js';
import { aCollector } from '../support/collector.js';
import type { Collector, Span } from '../support/collector.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

const elb = 'Elastic Load Balancing v2';
const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
const secret = 'Bearer not-for-everybody';

/** From the agent down: each span with its parent, as one path. */
function pathsIn(spans: readonly Span[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const pathOf = (span: Span): string => {
    if (span.parentSpanId === undefined || span.parentSpanId === '') return span.name;
    const parent = byId.get(span.parentSpanId);
    return `${parent === undefined ? `(missing ${span.parentSpanId})` : pathOf(parent)} > ${span.name}`;
  };
  return [...new Set(spans.map(pathOf))].sort();
}

const traceOf = (collector: Collector, root: string): Span[] => {
  const spans = collector.spans();
  const { traceId } = spans.find(({ name }) => name === root) ?? {};
  return spans.filter((span) => span.traceId === traceId);
};

/** A whole life: in service, told to go, drained. */
async function live(scene: Scene, env: Record<string, string>) {
  const agent = await scene.instance.startIn(env, '--tracing', 'otlp');
  await agent.said('in service');
  const told = Date.now();
  agent.process.kill('SIGTERM');
  const exit = await agent.process.exited;
  return { agent, exit, leftAfterMs: Date.now() - told };
}

const step = (workflow: string, activity: string) =>
  `StartWorkflow:${workflow} > RunWorkflow:${workflow} > StartActivity:${activity} > RunActivity:${activity}`;

describe.concurrent('a traced life', () => {
  it('is one trace for its startup and one for its shutdown, each from the agent to every request to AWS', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const collector = await aCollector(onTestFinished);
    const { exit } = await live(scene, { ...json, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    expect(exit.code).toBe(0);

    const startup = traceOf(collector, 'agent startup');
    const paths = pathsIn(startup);
    for (const [activity, ...requests] of [
      ['readMetadata'],
      ['discoverTargetGroup', 'Resource Groups Tagging API.GetResources', `${elb}.DescribeTargetGroups`],
      ['registerTarget', `${elb}.RegisterTargets`],
      ['listPeers', 'EC2.DescribeInstances'],
      ['confirmHealthy', `${elb}.DescribeTargetHealth`],
      ['findTunnel'],
      ['writeControllerConfig'],
    ] as const) {
      const path = `agent startup > ${step('startup', activity)}`;
      expect(paths).toContain(path);
      for (const request of requests) expect(paths).toContain(`${path} > ${request}`);
    }

    const shutdown = traceOf(collector, 'agent shutdown');
    expect(pathsIn(shutdown)).toEqual([
      'agent shutdown',
      'agent shutdown > StartWorkflow:shutdown',
      'agent shutdown > StartWorkflow:shutdown > RunWorkflow:shutdown',
      ...[
        ['confirmDraining', 'DescribeTargetGroupAttributes', 'DescribeTargetHealth'],
        ['deregisterTarget', 'DeregisterTargets'],
      ].flatMap(([activity = '', ...requests]) => {
        const path = `agent shutdown > ${step('shutdown', activity)}`;
        const [, , started = ''] = /^((.*) > RunActivity.*)$/.exec(path) ?? [];
        return [started, path, ...requests.map((request) => `${path} > ${elb}.${request}`)];
      }),
    ]);
    expect(shutdown[0]?.traceId).not.toBe(startup[0]?.traceId);
  });

  it('says of each request to AWS what it was, how it ended, and the id that AWS knows it by', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const collector = await aCollector(onTestFinished);
    scene.simulator.addFault({ kind: 'error', action: 'RegisterTargets', code: 'Throttling', status: 400, count: 1 });
    await live(scene, { ...json, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const [refused, done] = collector
      .spans()
      .filter(({ name }) => name === `${elb}.RegisterTargets`)
      .sort((a, b) => (a.status.code ?? 0) - (b.status.code ?? 0))
      .reverse();
    const request = { 'rpc.system': 'aws-api', 'rpc.service': elb, 'rpc.method': 'RegisterTargets' };
    const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
    expect(refused).toMatchObject({
      kind: 3,
      status: { code: 2 },
      attributes: {
        ...request,
        'http.response.status_code': 400,
        'aws.request_id': requestId,
        'error.type': 'Throttling',
        'cloud.region': 'eu-central-1',
      },
    });
    expect(done?.attributes).toMatchObject({
      ...request,
      'http.response.status_code': 200,
      'aws.request_id': requestId,
    });
    expect(done?.attributes).not.toHaveProperty('error.type');
  });

  it('goes by the name that the environment gives it, and tells no secret', async ({ aScene, onTestFinished }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const collector = await aCollector(onTestFinished);
    await live(scene, {
      ...json,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(secret)}`,
      OTEL_SERVICE_NAME: 'firewall',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    });
    expect(collector.resource()).toMatchObject({
      'service.name': 'firewall',
      'deployment.environment': 'test',
      'service.version': expect.any(String) as string,
    });
    const [first] = collector.deliveries;
    expect(first?.path).toBe('/v1/traces');
    expect(first?.headers.authorization, 'the collector is told who asks').toBe(secret);
    const credentials = scene.simulator.environment(scene.instance.instanceId);
    const told = collector.deliveries.map(({ body }) => body.toString()).join('\n');
    for (const hidden of [secret, credentials.AWS_SECRET_ACCESS_KEY, credentials.AWS_SESSION_TOKEN])
      if (hidden !== undefined) expect(told).not.toContain(hidden);
    expect(told).not.toMatch(/authorization|credential|x-amz-|signature/i);
  });

  it('is delivered as Protobuf when nobody says otherwise', async ({ aScene, onTestFinished }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const collector = await aCollector(onTestFinished);
    await live(scene, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    expect(collector.deliveries.map(({ headers }) => headers['content-type'])).toContain('application/x-protobuf');
    const told = Buffer.concat(collector.deliveries.map(({ body }) => body)).toString('latin1');
    for (const name of ['agent startup', 'RunWorkflow:startup', `${elb}.DeregisterTargets`])
      expect(told).toContain(name);
  });

  it('goes on as ever, and says so once, while nobody receives its traces', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const port = await freePort();
    const { agent, exit, leftAfterMs } = await live(scene, {
      ...json,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    expect(exit.code).toBe(0);
    const message = 'traces are not delivered, everything else goes on; said once';
    expect(await agent.said(message)).toMatchObject({
      level: 'warn',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
    expect(agent.lines().filter((line) => line.includes(message))).toHaveLength(1);
    expect(leftAfterMs).toBeLessThan(10_000);
    expect((await scene.receipt()).outcome).toBe('drained');
  });

  it('leaves no later than 2 s after its receipt when the collector swallows everything', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const collector = await aCollector(onTestFinished, () => undefined);
    const agent = await scene.instance.startIn(
      { ...json, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
      '--tracing',
      'otlp',
    );
    await agent.said('in service');
    agent.process.kill('SIGTERM');
    await agent.said('out of service');
    const out = Date.now();
    expect((await agent.process.exited).code).toBe(0);
    // Its farewell to Temporal is in it too, on a busy machine.
    expect(Date.now() - out).toBeLessThan(8_000);
    expect(collector.deliveries.length).toBeGreaterThan(0);
  });

  it('leaves histories that workers which are not traced replay, and the other way round', async ({
    aScene,
    onTestFinished,
  }) => {
    installRuntime(() => pino({ level: 'silent' }));
    const scene = await aScene({ drainSeconds: 1 });
    const collector = await aCollector(onTestFinished);
    await live(scene, { ...json, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    for (const workflow of [scene.startup, scene.shutdown]) {
      const history = await workflow.fetchHistory();
      for (const name of ['workflow-bundle.js', 'traced-workflow-bundle.js']) {
        const codePath = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
        await Worker.runReplayHistory({ workflowBundle: { codePath } }, history);
      }
    }
  });

  it('is not traced unless it is asked for, wherever a collector is', async ({ aScene, onTestFinished }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const collector = await aCollector(onTestFinished);
    const agent = await scene.instance.startIn({ ...json, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    await agent.said('in service');
    agent.process.kill('SIGTERM');
    await agent.process.exited;
    expect(collector.deliveries).toEqual([]);
  });
});

describe('the setting', () => {
  it('refuses a protocol that is not spoken, before anything is done', async () => {
    const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const env = {
      ...process.env,
      DRAWBRIDGE_TRACING: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      TEMPORAL_ADDRESS: inject('temporalAddress'),
    };
    const args = [cli, 'worker', '--cluster', 'fw-prod', '--region', 'eu-central-1'];
    const ended = await new Promise((resolve) => {
      const child = execFile(process.execPath, args, { env }, (_, __, stderr) =>
        resolve({ code: child.exitCode, stderr }),
      );
    });
    expect(ended).toEqual({
      code: 2,
      stderr: 'drawbridge: OTEL_EXPORTER_OTLP_PROTOCOL: found grpc, expected http/protobuf or http/json\n',
    });
  });
});
