import { describe, expect } from 'vitest';
import { shutdownCalls, startupCalls } from '../support/calls.js';
import { boundariesOf, drainBoundaries } from '../support/crash.js';
import type { Boundary } from '../support/crash.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

const left = { code: 0, signal: null };
const failed = { code: 1, signal: null };
const first = (boundaries: readonly Boundary[]): Boundary => {
  const [boundary] = boundaries;
  if (boundary === undefined) throw new Error('found no boundary, expected one');
  return boundary;
};
const atRegister = first(boundariesOf(startupCalls.register));
const atConfirm = first(boundariesOf(shutdownCalls.confirm));
const atDrain = first(drainBoundaries);

const deleteGroup = ({ simulator, instance }: Scene) => simulator.deleteTargetGroup(instance.targetGroupArn);
const terminate = ({ simulator, instance }: Scene) => simulator.setInstanceState(instance.instanceId, 'terminated');

describe.concurrent('a target group that is deleted', () => {
  it('before the startup makes it fail at once, and say so (I1)', async ({ aScene }) => {
    const scene = await aScene();
    deleteGroup(scene);
    const agent = await scene.instance.start();
    const { reason } = await agent.said('startup failed');
    expect(reason).toBe(`no target group found with tag neuwerk:cluster=${scene.cluster}`);
    expect(await agent.process.exited).toEqual(failed);
    expect(scene.requests('RegisterTargets')).toEqual([]);
  });

  it('while it is registered with makes the startup fail', async ({ aScene }) => {
    const scene = await aScene();
    const reached = atRegister.reached(scene);
    const agent = await scene.instance.start();
    await reached;
    deleteGroup(scene);
    expect((await agent.said('startup failed')).reason).toContain('TargetGroupNotFound');
    expect(await agent.process.exited).toEqual(failed);
  });

  it('while the target becomes healthy makes the startup fail at once, not after its window of 5 min', async ({
    aScene,
  }) => {
    const scene = await aScene({ probe: 'unhealthy' });
    const agent = await scene.instance.start();
    await scene.nthRequest('DescribeTargetHealth', 2);
    deleteGroup(scene);
    const { reason } = await agent.said('startup failed');
    expect(reason).toBe(`target group ${scene.instance.targetGroupArn} does not exist`);
    expect(await agent.process.exited).toEqual(failed);
  });

  it('while the appliance serves leaves nothing to drain', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 300 });
    const agent = await scene.instance.startInService();
    deleteGroup(scene);
    expect(await agent.leave()).toEqual(left);
    expect(await scene.receipt()).toMatchObject({ outcome: 'already deregistered', drainedSeconds: null });
  });

  it('while draining is confirmed leaves nothing to drain', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 300 });
    const agent = await scene.instance.startInService();
    const reached = atConfirm.reached(scene);
    agent.process.kill('SIGTERM');
    await reached;
    deleteGroup(scene);
    expect(await agent.process.exited).toEqual(left);
    expect(await scene.receipt()).toMatchObject({ outcome: 'already deregistered', drainedSeconds: null });
  });

  it('in mid-drain does not end the drain (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    const reached = atDrain.reached(scene);
    agent.process.kill('SIGTERM');
    await reached;
    deleteGroup(scene);
    expect(await agent.process.exited).toEqual(left);
    const { outcome, drainedSeconds } = await scene.receipt();
    expect(outcome).toBe('drained');
    expect(drainedSeconds).toBeGreaterThanOrEqual(scene.drainSeconds);
  });
});

describe.concurrent('an instance that is terminated', () => {
  it('while it becomes healthy is taken out again when its window is over (I5)', async ({ aScene }) => {
    const scene = await aScene({ probe: 'unhealthy' });
    const agent = await scene.instance.start('--healthy-window', '5');
    await scene.nthRequest('DescribeTargetHealth', 2);
    terminate(scene);
    expect((await agent.said('startup failed')).reason).toContain('is unused (Target.InvalidState) after 5 s');
    expect(await agent.process.exited).toEqual(failed);
    expect(scene.instance.state()).toBe('unused');
    expect(scene.requests('DeregisterTargets')).toHaveLength(1);
  });

  it('while it serves has no flows left to drain', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 300 });
    const agent = await scene.instance.startInService();
    terminate(scene);
    expect(await agent.leave()).toEqual(left);
    expect((await scene.receipt()).outcome).toMatch(/^(already deregistered|invalid state)$/);
    expect(scene.requests('DeregisterTargets')).toHaveLength(1);
  });

  it.for([
    ['while draining is confirmed', atConfirm],
    ['in mid-drain', atDrain],
  ] as const)('%s does not shorten the drain (I4)', async ([, boundary], { aScene }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    const reached = boundary.reached(scene);
    agent.process.kill('SIGTERM');
    await reached;
    terminate(scene);
    expect(await agent.process.exited).toEqual(left);
    const { outcome, drainedSeconds } = await scene.receipt();
    expect(outcome).toBe('drained');
    expect(drainedSeconds).toBeGreaterThanOrEqual(scene.drainSeconds);
  });
});
