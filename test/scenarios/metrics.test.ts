import { createServer } from 'node:net';
import { describe, expect, inject, vi } from 'vitest';
import { spawnAgent } from '../../src/demo/agent-process.js';
import { freePort } from '../../src/demo/ports.js';
import { metricTable } from '../../src/telemetry/metrics.js';
import { promtool, runPromtool, unlessAbsent } from '../deploy/promtool.js';
import { aRealInstance } from '../support/agent.js';
import { anOwnTemporal } from '../support/own-temporal.js';
import { it } from '../support/scene.js';

const scrape = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

/** A page's samples by series, such as `drawbridge_fallbacks_total{kind="fleet"}`. */
const samplesIn = (page: string): Record<string, number> =>
  Object.fromEntries(
    [...page.matchAll(/^([a-z]\S*) (\S+)$/gm)].map(([, series = '', value]) => [series, Number(value)]),
  );

/** Resolves with the first scrape that is as expected: a metric is told a moment after what it tells of. */
const scrapeUntil = (
  port: number,
  isThere: (samples: Record<string, number>) => void,
): Promise<Record<string, number>> =>
  vi.waitFor(
    async () => {
      const samples = samplesIn(await scrape(port));
      isThere(samples);
      return samples;
    },
    { timeout: 30_000, interval: 200 },
  );

/** For promtool, where it is installed. */
function expectClean(page: string): void {
  if (promtool !== undefined) expect(runPromtool(['check', 'metrics'], page)).toEqual({ code: 0, output: '' });
}

describe.concurrent('the metrics of an agent', () => {
  it('tell its life: in service, told to go, draining', async ({ aScene }) => {
    const { instance } = await aScene({ drainSeconds: 30 });
    const port = await freePort();
    const agent = await instance.start('--metrics-port', String(port));
    await agent.said('in service');
    const serving = await scrapeUntil(port, (samples) =>
      expect(samples['drawbridge_startup_duration_seconds_count{outcome="in_service"}']).toBe(1),
    );
    expect(serving).toMatchObject({
      drawbridge_in_service: 1,
      drawbridge_registered: 1,
      drawbridge_temporal_connected: 1,
      drawbridge_drains_in_progress: 0,
      drawbridge_drain_remaining_seconds: 0,
      'drawbridge_target_health{state="healthy"}': 1,
      'drawbridge_target_health{state="draining"}': 0,
      'drawbridge_fallbacks_total{kind="fleet"}': 0,
      'drawbridge_fallbacks_total{kind="in_process"}': 0,
      drawbridge_forced_total: 0,
      'drawbridge_health_requests_total{code="503"}': 0,
      'drawbridge_startup_duration_seconds_bucket{outcome="in_service",le="900"}': 1,
      'drawbridge_phase_duration_seconds_count{phase="registering",workflow="startup"}': 1,
      'drawbridge_step_duration_seconds_count{outcome="done",step="registerTarget"}': 1,
    });
    expect(serving['drawbridge_health_requests_total{code="200"}']).toBeGreaterThan(0);
    expect(serving.process_resident_memory_bytes).toBeGreaterThan(50e6);
    expect(serving.process_start_time_seconds).toBeGreaterThan(Date.now() / 1_000 - 120);

    agent.process.kill('SIGTERM');
    const draining = await scrapeUntil(port, (samples) => expect(samples.drawbridge_drains_in_progress).toBe(1));
    expect(draining).toMatchObject({
      drawbridge_in_service: 0,
      drawbridge_registered: 0,
      'drawbridge_target_health{state="healthy"}': 0,
      'drawbridge_target_health{state="draining"}': 1,
    });
    const left = draining.drawbridge_drain_remaining_seconds ?? 0;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(30);
    await scrapeUntil(port, (samples) => expect(samples.drawbridge_drain_remaining_seconds).toBeLessThan(left - 1));
    // As a load balancer does that still probes what it drains.
    expect((await fetch(instance.healthUrl)).status).toBe(503);
    await scrapeUntil(port, (samples) =>
      expect(samples['drawbridge_health_requests_total{code="503"}']).toBeGreaterThan(0),
    );
  });

  it.skipIf(promtool === undefined)(`are clean, says promtool${unlessAbsent}`, async ({ aScene }) => {
    const { instance } = await aScene();
    const port = await freePort();
    const agent = await instance.start('--metrics-port', String(port));
    await agent.said('in service');
    const page = await scrape(port);
    expectClean(page);
    const ours = [...page.matchAll(/^# TYPE ((?:drawbridge|process)_\w+) (\w+)$/gm)].map(([, name, kind]) => [
      name,
      kind,
    ]);
    const table = Object.entries(metricTable).map(([name, { kind }]) => [name, kind]);
    expect(ours.length).toBeGreaterThan(15);
    expect(table).toEqual(expect.arrayContaining(ours));
    expect(page).toContain('# TYPE temporal_request_total counter');
  });

  it('count what is tried again, by step and failure type', async ({ aScene }) => {
    const { instance, simulator } = await aScene();
    simulator.addFault({ action: 'RegisterTargets', kind: 'error', code: 'Throttling', nth: 1 });
    simulator.addFault({ action: 'DescribeTargetHealth', kind: 'status', status: 503, nth: 2 });
    const port = await freePort();
    const agent = await instance.start('--metrics-port', String(port));
    await agent.said('in service');
    const samples = await scrapeUntil(port, (found) => expect(found.drawbridge_in_service).toBe(1));
    expectClean(await scrape(port));
    expect(samples).toMatchObject({
      'drawbridge_step_retries_total{step="registerTarget",type="AwsThrottled"}': 1,
      'drawbridge_step_retries_total{step="confirmHealthy",type="AwsUnavailable"}': 1,
      'drawbridge_step_duration_seconds_count{outcome="retried",step="registerTarget"}': 1,
      'drawbridge_step_duration_seconds_count{outcome="done",step="registerTarget"}': 1,
    });
  });

  it('count nothing again that a replay passes: not what an agent did that was killed in mid-drain', async ({
    aScene,
  }) => {
    const { instance } = await aScene({ drainSeconds: 40 });
    const first = await instance.start();
    await first.said('in service');
    first.process.kill('SIGTERM');
    await first.said('the drain period begins');
    first.process.kill('SIGKILL');
    await first.process.exited;
    const port = await freePort();
    await instance.start('--metrics-port', String(port));
    // It has the workflow in its cache once it has replayed it, to answer where the shutdown stands.
    const samples = await scrapeUntil(port, (found) => {
      const cached = Object.entries(found).find(([series]) => series.startsWith('temporal_sticky_cache_size'));
      expect(cached?.[1]).toBe(1);
    });
    const counted = Object.entries(samples).filter(
      ([series, value]) => /^drawbridge_(phase|shutdown|drain_dur|forced|fallbacks)/.test(series) && value > 0,
    );
    expect(counted).toEqual([]);
  });

  it('are not worth an appliance: where their address is taken, it says so and goes into service', async ({
    aScene,
    onTestFinished,
  }) => {
    const { instance } = await aScene({ drainSeconds: 0, deregistrationDelaySeconds: 0 });
    const taken = createServer();
    onTestFinished(() => void taken.close());
    const port = await freePort();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    const agent = await instance.start('--metrics-port', String(port));
    const message =
      'no /metrics: the address cannot be listened on; all else goes on. Give --metrics-port a free port, or 0 for none';
    expect(await agent.said(message)).toMatchObject({
      level: 'error',
      address: `127.0.0.1:${port}`,
      reason: 'Address already in use (os error 98)',
    });
    expect(await agent.said('agent started')).toMatchObject({ metrics: 'none' });
    await agent.said('in service');
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toMatchObject({ code: 0 });
  });

  it('tell that it should go and is registered still: what the alert DrawbridgeRegisteredButLeaving looks for', async ({
    aScene,
  }) => {
    const { instance, simulator } = await aScene({ drainSeconds: 1 });
    const port = await freePort();
    const agent = await instance.start('--metrics-port', String(port));
    await agent.said('in service');
    simulator.addFault({ action: 'DeregisterTargets', kind: 'status', status: 503 });
    const refused = simulator.nextRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await refused;
    // As the target group's health check does meanwhile.
    expect((await fetch(instance.healthUrl)).status).toBe(503);
    await scrapeUntil(port, (samples) => {
      expect(samples['drawbridge_health_requests_total{code="503"}']).toBeGreaterThan(0);
      expect(samples.drawbridge_registered).toBe(1);
      expect(samples.drawbridge_in_service).toBe(0);
    });
    simulator.clearFaults();
    await scrapeUntil(port, (samples) => expect(samples.drawbridge_registered).toBe(0));
    expect(await agent.process.exited).toMatchObject({ code: 0 });
  });

  it('tell that it leaves without Temporal, and how long that drain lasts still', async ({ onTestFinished }) => {
    const temporal = await anOwnTemporal(onTestFinished);
    const instance = await aRealInstance({ onTestFinished, temporalAddress: temporal.address, drainSeconds: 30 });
    const port = await freePort();
    const agent = await instance.start('--metrics-port', String(port));
    await agent.said('in service');
    await temporal.kill();
    agent.process.kill('SIGTERM');
    await agent.said('leaving without Temporal: deregister, confirm and drain in this process; do not kill it');
    const samples = await scrapeUntil(port, (found) => expect(found.drawbridge_drains_in_progress).toBe(1));
    expectClean(await scrape(port));
    expect(samples).toMatchObject({
      'drawbridge_fallbacks_total{kind="in_process"}': 1,
      drawbridge_registered: 0,
      'drawbridge_target_health{state="draining"}': 1,
    });
    expect(samples.drawbridge_drain_remaining_seconds).toBeGreaterThan(0);
  });
});

describe.concurrent('the metrics of a fleet worker', () => {
  it('tell of the shutdowns that it ends for hosts that are gone', async ({ aScene, onTestFinished }) => {
    const scene = await aScene({ drainSeconds: 0 });
    const port = await freePort();
    const worker = await spawnAgent({
      name: 'worker',
      command: 'worker',
      temporalAddress: inject('temporalAddress'),
      aws: scene.simulator.environment(scene.instance.instanceId),
      args: ['--cluster', scene.cluster, '--metrics-port', String(port)],
    });
    onTestFinished(() => void worker.stop(0));
    await scene.startShutdown();
    const ended = await scrapeUntil(port, (samples) =>
      expect(samples['drawbridge_shutdown_duration_seconds_count{outcome="already_deregistered"}']).toBe(1),
    );
    expect(ended).toMatchObject({
      'drawbridge_fallbacks_total{kind="fleet"}': 1,
      'drawbridge_step_duration_seconds_count{outcome="done",step="deregisterTarget"}': 1,
      drawbridge_temporal_connected: 1,
    });
    expectClean(await scrape(port));
    expect(Object.keys(ended).find((series) => series.startsWith('drawbridge_build_info'))).toContain('role="worker"');
    expect(ended).not.toHaveProperty('drawbridge_registered');
    // The log has its own way from the process to here.
    const line = await vi.waitFor(() => {
      const [said] = worker.lastLines().filter((text) => text.includes('"target deregistered"'));
      expect(said).toBeDefined();
      return said ?? '';
    });
    expect(JSON.parse(line)).toMatchObject({
      instance: scene.instance.instanceId,
      cluster: scene.cluster,
      workflowId: `shutdown/${scene.instance.instanceId}`,
      step: 'deregisterTarget',
    });
  });
});
