import { describe, expect } from 'vitest';
import { startupCalls } from '../support/calls.js';
import { boundariesOf, configBoundaries, rowsOf, tunnelBoundaries } from '../support/crash.js';
import { it } from '../support/scene.js';

const { register, ...others } = startupCalls;
const boundaries = [
  ...boundariesOf(register),
  // They change nothing, so one moment is as good as another.
  ...Object.values(others).flatMap((call) => boundariesOf(call).slice(0, 1)),
  ...tunnelBoundaries.slice(0, 1),
  ...configBoundaries.slice(0, 1),
];

describe.concurrent('SIGTERM during a startup', () => {
  // First, since it takes the longest.
  it('while the metadata service is silent for its minute ends the agent with 1: nobody knows whether its target is in service', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instance, simulator } = scene;
    simulator.addFault({ kind: 'hang', service: 'imds' });
    const asked = scene.nthRequest('GetToken');
    const agent = await instance.start();
    await asked;
    expect(await agent.leave()).toEqual({ code: 1, signal: null });
    expect(scene.requests('RegisterTargets')).toEqual([]);
  });

  it.for(rowsOf(boundaries))(
    'at %s, %s, ends the startup, leaves no target registered, and the agent exits with 0 (I3, I5)',
    async ([, , boundary], { aScene }) => {
      const scene = await aScene({ drainSeconds: 1 });
      const { instance } = scene;
      const reached = boundary.reached(scene);
      const agent = await instance.start(...(boundary.args?.(scene) ?? []));
      await reached;
      expect(await agent.leave()).toEqual({ code: 0, signal: null });

      expect((await scene.startup.describe()).status.name).toMatch(/^(CANCELLED|FAILED|COMPLETED)$/);
      expect(['draining', 'unused']).toContain(instance.state());
      expect(scene.registrations).toBeLessThanOrEqual(1);
      expect(scene.deregistrations).toBe(scene.registrations);
      expect(await scene.receipt()).toMatchObject({
        outcome: scene.registrations === 0 ? 'already deregistered' : 'drained',
        forced: null,
      });
    },
  );

  it('of an operator, into another group, ends it and takes the target out of that group (I3)', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const { instance, simulator } = scene;
    const agent = await instance.startInService();
    await scene.startShutdown({ drain: 0 });
    await scene.shutdown.result();
    const other = simulator.createTargetGroup({ name: 'other', vpcId: 'vpc-1', healthCheck: { intervalSeconds: 600 } });
    const registered = scene.nthRequest('RegisterTargets');
    await scene.startStartup({ targetGroupArn: other.arn, tunnel: { device: 'lo' } });
    await registered;
    expect(await agent.leave()).toEqual({ code: 0, signal: null });

    expect((await scene.startup.describe()).status.name).toMatch(/^(CANCELLED|FAILED)$/);
    expect(['draining', 'unused']).toContain(simulator.targetHealth(other.arn, instance.instanceId).state);
    expect(scene.requests('DeregisterTargets').at(-1)?.parameters).toMatchObject({ TargetGroupArn: other.arn });
  });

  it('after an operator brought the instance into another group takes it out of that one, and drains (I3, I4)', async ({
    aScene,
  }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const { instance, simulator } = scene;
    const agent = await instance.startInService();
    await scene.startShutdown({ drain: 0 });
    await scene.shutdown.result();
    const other = simulator.createTargetGroup({ name: 'other', vpcId: 'vpc-1', registrationDelaySeconds: 0 });
    await scene.startStartup({ targetGroupArn: other.arn, healthyWindowSeconds: 0, tunnel: { policy: 'skip' } });
    await scene.startup.result();
    expect(await agent.leave()).toEqual({ code: 0, signal: null });

    expect(simulator.targetHealth(other.arn, instance.instanceId).state).toBe('draining');
    expect(await scene.receipt()).toMatchObject({ outcome: 'drained', registered: { targetGroupArn: other.arn } });
  });

  it('while the metadata service is silent leaves durably once it answers: an agent that dies then loses nothing (I3)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instance, simulator } = scene;
    const first = await instance.startInService();
    first.process.kill('SIGKILL');
    await first.process.exited;
    simulator.addFault({ kind: 'hang', service: 'imds' });
    const asked = scene.nthRequest('GetToken');
    const agent = await instance.start();
    await asked;
    agent.process.kill('SIGTERM');
    await agent.said(
      'told to go: waiting for the instance metadata service to say who this is; a second signal ends that',
    );
    simulator.clearFaults();
    await scene.drainBegins();
    agent.process.kill('SIGKILL');
    await agent.process.exited;
    const next = await instance.start();
    expect(await next.said('out of service')).toMatchObject({ outcome: 'drained' });
    expect(await next.process.exited).toEqual({ code: 0, signal: null });
    expect([scene.registrations, scene.deregistrations]).toEqual([1, 1]);
  });
});
