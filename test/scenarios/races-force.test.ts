import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { shutdownCalls } from '../support/calls.js';
import { askForShutdown, boundariesOf, drainBoundaries, rowsOf } from '../support/crash.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

const { locate, deregister, confirm } = shutdownCalls;
const boundaries = [
  ...boundariesOf(locate).slice(0, 1),
  ...boundariesOf(deregister),
  ...boundariesOf(confirm).slice(0, 1),
  ...drainBoundaries,
];
const byForce = { code: 1, signal: null };

/** What holds after a shutdown that was forced, wherever it was. */
async function expectForced(scene: Scene, reason: string): Promise<void> {
  const { instance, drainSeconds } = scene;
  const receipt = await scene.receipt();
  expect(receipt).toMatchObject({
    instanceId: instance.instanceId,
    registered: { targetGroupArn: instance.targetGroupArn, target: { id: instance.instanceId } },
    outcome: 'interrupted',
    forced: { reason },
  });
  expect(receipt.deregisteredAt, 'I3: DeregisterTargets is sent all the same').not.toBeNull();
  expect(receipt.drainedSeconds ?? 0).toBeLessThan(drainSeconds);
  expect(scene.deregistrations).toBe(1);
  expect(instance.state()).toBe('draining');
}

describe.concurrent('a force', () => {
  it.for(rowsOf(boundaries))(
    'at %s, %s, ends the shutdown with its target deregistered, and the agent exits with 1 (I3)',
    async ([, , boundary], { aScene }) => {
      const scene = await aScene({ drainSeconds: 300 });
      const { instance } = scene;
      const agent = await instance.startInService();
      const reached = boundary.reached(scene);
      await askForShutdown(scene, agent, boundary);
      await reached;
      // Where the shutdown was started by somebody else, the agent joins it first.
      agent.process.kill('SIGTERM');
      if (boundary.step === locate.step) {
        await agent.said('a shutdown of this instance is running, joined it');
        agent.process.kill('SIGTERM');
      }
      expect(await agent.process.exited).toEqual(byForce);
      await expectForced(scene, `second SIGTERM on ${instance.instanceId}`);
    },
  );

  it('that comes again changes nothing: the first reason counts, and DeregisterTargets was sent (I3)', async ({
    aScene,
  }) => {
    const scene = await aScene({ drainSeconds: 300 });
    const { instance } = scene;
    const agent = await instance.startInService();
    const [boundary] = boundariesOf(deregister);
    const reached = boundary?.reached(scene);
    agent.process.kill('SIGTERM');
    await reached;
    await scene.shutdown.signal('forceShutdown', 'the host is on fire');
    agent.process.kill('SIGINT');
    agent.process.kill('SIGTERM');
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toEqual(byForce);
    await expectForced(scene, 'the host is on fire');
  });

  it('that comes when the shutdown is over is refused, and the agent has left cleanly', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const { instance } = scene;
    const agent = await instance.startInService();
    agent.process.kill('SIGTERM');
    await agent.said('leaving: health endpoint answers 503');
    await scene.nthRequest('DeregisterTargets');
    const receipt = await scene.shutdown.result();
    // Too late for the workflow, and as likely as not for the process.
    agent.process.kill('SIGTERM');
    await expect(scene.shutdown.signal('forceShutdown')).rejects.toThrow(WorkflowNotFoundError);
    expect(await agent.process.exited).toEqual({ code: 0, signal: null });
    expect(receipt).toMatchObject({ outcome: 'drained', forced: null });
    expect(await scene.receipt()).toEqual(receipt);
  });

  it('during a startup, as a second SIGTERM, leaves no target registered (I3, I5)', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 300, probe: 'unhealthy' });
    const { instance } = scene;
    const agent = await instance.start();
    await scene.nthRequest('RegisterTargets');
    agent.process.kill('SIGTERM');
    await agent.said('leaving: health endpoint answers 503');
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toEqual(byForce);
    await expectForced(scene, `second SIGTERM on ${instance.instanceId}`);
  });
});
