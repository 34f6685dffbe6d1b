import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HealthCheck } from '../../src/simulator/simulator.js';
import { geneveHealthCheck } from '../../src/simulator/world/targets/health-check.js';
import { probe } from '../../src/simulator/world/targets/probe.js';
import { startAws } from './harness.js';

/** A process on an instance: answers with `status`, or not at all when that is 0. */
async function anAppliance() {
  const appliance = {
    status: 200,
    paths: [] as (string | undefined)[],
    port: 0,
    whenAsked: (): void => undefined,
    close: () => void server.close(),
  };
  const server = createServer((request, response) => {
    appliance.paths.push(request.url);
    appliance.whenAsked();
    if (appliance.status !== 0) response.writeHead(appliance.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  appliance.port = (server.address() as AddressInfo).port;
  return appliance;
}

/** Its target, registered and about to be probed for the first time: twice in ten seconds. */
async function aProbedTarget(healthCheck: Partial<HealthCheck> = {}) {
  const appliance = await anAppliance();
  const { sim, clock, elbv2, aGroup, anInstance } = await startAws();
  const quick = { intervalSeconds: 5, healthyThreshold: 2, unhealthyThreshold: 2, timeoutSeconds: 2 };
  const { arn } = aGroup({
    registrationDelaySeconds: 0,
    healthCheck: { protocol: 'HTTP', path: '/health', ...quick, ...healthCheck },
  });
  const probeAddress = { host: '127.0.0.1', port: appliance.port };
  const { instanceId } = await anInstance({ probe: 'real', probeAddress });
  const input = { TargetGroupArn: arn, Targets: [{ Id: instanceId }] };
  await elbv2.send(new RegisterTargetsCommand(input));
  return {
    appliance,
    clock,
    health: () => sim.targetHealth(arn, instanceId),
    deregister: () => elbv2.send(new DeregisterTargetsCommand(input)),
    stop: () => sim.setInstanceState(instanceId, 'stopped'),
  };
}

describe('a real probe', () => {
  it('of a path with spaces and other letters is sent all the same', async () => {
    const { appliance, clock, health } = await aProbedTarget({ path: '/a b/\u00e9\n' });
    await clock.advance(10_000);
    expect(health().state).toBe('healthy');
    expect(appliance.paths[0]).toBe('/a%20b/%C3%A9%0A');
  });

  it.each([1.5, 3, 7])('can be timed on a clock that runs %s times as fast', async (speed) => {
    const { port, paths } = await anAppliance();
    const check = { ...geneveHealthCheck, protocol: 'HTTP', path: '/health' } as const;
    expect(await probe({ host: '127.0.0.1', port }, check, speed)).toEqual({ kind: 'success' });
    expect(paths).toEqual(['/health']);
  });

  it('that cannot be sent is one that failed', async () => {
    const { clock, health } = await aProbedTarget({ path: '/\ud800' });
    await clock.advance(10_000);
    expect(health().state).toBe('unhealthy');
  });

  it('is sent every interval, to the path of the health check, until the target is deregistered', async () => {
    const { appliance, clock, health, deregister } = await aProbedTarget();
    await clock.advance(5000);
    expect(health().state).toBe('initial');
    await clock.advance(5000);
    expect(health().state).toBe('healthy');
    expect(appliance.paths).toEqual(['/health', '/health']);
    await deregister();
    await clock.advance(60_000);
    expect(appliance.paths).toHaveLength(2);
  });

  it('fails with the code of the answer when the matcher does not accept it', async () => {
    const { appliance, clock, health } = await aProbedTarget();
    await clock.advance(10_000);
    appliance.status = 503;
    await clock.advance(10_000);
    expect(health()).toEqual({
      state: 'unhealthy',
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    });
  });

  it('accepts the codes of the matcher', async () => {
    const { appliance, clock, health } = await aProbedTarget({ matcher: '200,503' });
    appliance.status = 503;
    await clock.advance(10_000);
    expect(health().state).toBe('healthy');
  });

  it('fails with a timeout when there is no answer', async () => {
    const { appliance, clock, health } = await aProbedTarget({ timeoutSeconds: 0.02 });
    appliance.status = 0;
    await clock.advance(10_000);
    expect(health().reason).toBe('Target.Timeout');
  });

  it('fails when nobody listens', async () => {
    const { appliance, clock, health } = await aProbedTarget();
    appliance.close();
    await clock.advance(10_000);
    expect(health().reason).toBe('Target.FailedHealthChecks');
  });

  it('over TCP is content with a connection', async () => {
    const { appliance, clock, health } = await aProbedTarget({ protocol: 'TCP' });
    await clock.advance(10_000);
    expect(health().state).toBe('healthy');
    expect(appliance.paths).toEqual([]);
    appliance.close();
    await clock.advance(10_000);
    expect(health().reason).toBe('Target.FailedHealthChecks');
  });

  it('does not count when the target was stopped while it was under way', async () => {
    const { appliance, clock, health, stop } = await aProbedTarget({ healthyThreshold: 1 });
    appliance.whenAsked = stop;
    await clock.advance(5000);
    expect(appliance.paths).toHaveLength(1);
    expect(health().reason).toBe('Target.InvalidState');
  });
});
