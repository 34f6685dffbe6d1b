import { CompleteLifecycleActionCommand, RecordLifecycleActionHeartbeatCommand } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import {
  aFleet,
  aServingFleet,
  launchHook,
  second,
  startAutoScaling,
  terminationHook,
} from './auto-scaling-harness.js';

const hooks = [terminationHook];
const uploadHook = { ...terminationHook, name: 'upload', heartbeatTimeoutSeconds: 60 } as const;

describe('a termination hook', () => {
  it.each(['CONTINUE', 'ABANDON'])('that is completed with %s lets the instance go', async (result) => {
    const { fleet, instanceId, state, states, complete, clock, sim } = await aFleet({ hooks });
    fleet.scaleIn();
    await clock.advance(10 * second);
    expect(await state(instanceId)).toBe('Terminating:Wait');
    await complete(instanceId, result);
    expect(await state(instanceId)).toBe('Terminating:Proceed');
    await clock.advance(60 * second);
    expect(states(instanceId)).toEqual([
      [0, 'InService'],
      [0, 'Terminating'],
      [0, 'Terminating:Wait'],
      [10, 'Terminating:Proceed'],
      [25, 'Terminated'],
    ]);
    expect(sim.instances[0]?.state).toBe('terminated');
    expect(await state(instanceId)).toBeUndefined();
    expect(sim.requests('CompleteLifecycleAction')).toMatchObject([
      { effect: `completed drain of ${instanceId}: ${result}` },
    ]);
  });

  it('can be completed by its token', async () => {
    const { fleet, instanceId, client, state } = await aFleet({ hooks });
    fleet.scaleIn();
    const token = fleet.instance(instanceId)?.actions[0]?.token;
    const input = { AutoScalingGroupName: fleet.arn, LifecycleHookName: 'drain', LifecycleActionResult: 'CONTINUE' };
    await client.send(new CompleteLifecycleActionCommand({ ...input, LifecycleActionToken: token }));
    expect(await state(instanceId)).toBe('Terminating:Proceed');
    await expect(
      client.send(new CompleteLifecycleActionCommand({ ...input, LifecycleActionToken: token })),
    ).rejects.toThrow(`No active Lifecycle Action found with token ${token ?? ''}`);
  });

  it('ends at its heartbeat timeout', async () => {
    const { fleet, instanceId, state, clock } = await aFleet({ hooks: [uploadHook] });
    fleet.scaleIn();
    await clock.advance(60 * second - 1);
    expect(await state(instanceId)).toBe('Terminating:Wait');
    await clock.advance(1);
    expect(await state(instanceId)).toBe('Terminating:Proceed');
  });

  it('lasts for a heartbeat timeout after the last heartbeat', async () => {
    const { fleet, instanceId, states, heartbeat, clock, sim } = await aFleet({ hooks: [uploadHook] });
    fleet.scaleIn();
    await clock.advance(50 * second);
    await heartbeat(instanceId, 'upload');
    await clock.advance(30 * second);
    await heartbeat(instanceId, 'upload');
    await clock.advance(3600 * second);
    expect(states(instanceId)[3]).toEqual([140, 'Terminating:Proceed']);
    expect(sim.requests('RecordLifecycleActionHeartbeat')[0]?.effect).toBe(`heartbeat for upload of ${instanceId}`);
  });

  it.each([
    [60, 100 * 60],
    [7200, 48 * 3600],
  ])('of %d s ends after %d s, however many heartbeats come', async (heartbeatTimeoutSeconds, longestSeconds) => {
    const { fleet, instanceId, states, heartbeat, clock } = await aFleet({
      hooks: [{ ...terminationHook, heartbeatTimeoutSeconds }],
    });
    fleet.scaleIn();
    const pause = (heartbeatTimeoutSeconds - 1) * second;
    for (let passed = pause; passed < longestSeconds * second; passed += pause) {
      await clock.advance(pause);
      await heartbeat(instanceId);
    }
    await clock.advance(pause);
    expect(states(instanceId)[3]).toEqual([longestSeconds, 'Terminating:Proceed']);
    await expect(heartbeat(instanceId)).rejects.toThrow('No active Lifecycle Action found');
  });

  it('of several runs on when another one continues, and is cut off when another one abandons', async () => {
    const both = { hooks: [terminationHook, uploadHook] };
    const continued = await aFleet(both);
    continued.fleet.scaleIn();
    await continued.complete(continued.instanceId, 'CONTINUE', 'upload');
    expect(await continued.state(continued.instanceId)).toBe('Terminating:Wait');
    await continued.complete(continued.instanceId, 'CONTINUE', 'drain');
    expect(await continued.state(continued.instanceId)).toBe('Terminating:Proceed');
    const abandoned = await aFleet(both);
    abandoned.fleet.scaleIn();
    await abandoned.complete(abandoned.instanceId, 'ABANDON', 'upload');
    expect(await abandoned.state(abandoned.instanceId)).toBe('Terminating:Proceed');
  });

  it.each([
    ['CONTINUE', 3600],
    ['ABANDON', 60],
  ] as const)('of several that times out counts as its default, %s', async (defaultResult, seconds) => {
    const { fleet, instanceId, states, clock } = await aFleet({
      hooks: [terminationHook, { ...uploadHook, defaultResult }],
    });
    fleet.scaleIn();
    await clock.advance(48 * 3600 * second);
    expect(states(instanceId)[3]).toEqual([seconds, 'Terminating:Proceed']);
  });

  it('of an instance that EC2 has terminated holds the group up until it is completed', async () => {
    const { fleet, instanceId, sim, state, complete } = await aFleet({ hooks });
    fleet.scaleIn();
    sim.setInstanceState(instanceId, 'terminated');
    expect(await state(instanceId)).toBe('Terminating:Wait');
    await complete(instanceId, 'CONTINUE');
    expect(await state(instanceId)).toBeUndefined();
  });
});

describe('a launch hook', () => {
  async function aLaunch(options: Partial<Parameters<typeof aServingFleet>[0]> = {}) {
    const aws = await aServingFleet({ hooks: [launchHook, terminationHook], ...options });
    const { instanceId, imdsEndpoint } = await aws.anInstance();
    aws.fleet.launch(instanceId);
    return { ...aws, instanceId, imdsEndpoint };
  }

  it('keeps the instance out of its target groups until it continues', async () => {
    const { instanceId, imdsEndpoint, state, states, complete, sim, arn, clock, targetLifecycleState } =
      await aLaunch();
    await clock.advance(20 * second);
    expect(await state(instanceId)).toBe('Pending:Wait');
    expect(await targetLifecycleState(imdsEndpoint)).toBe('InService');
    expect(sim.targetHealth(arn, instanceId).reason).toBe('Target.NotRegistered');
    await complete(instanceId, 'CONTINUE', 'boot');
    expect(sim.targetHealth(arn, instanceId).state).toBe('initial');
    expect(states(instanceId)).toEqual([
      [100, 'Pending'],
      [100, 'Pending:Wait'],
      [120, 'Pending:Proceed'],
      [120, 'InService'],
    ]);
  });

  it('that abandons, or times out so, has the instance terminated, with termination hooks', async () => {
    const { instanceId, states, clock, sim, arn, imdsEndpoint, targetLifecycleState } = await aLaunch();
    await clock.advance(3600 * second);
    expect(states(instanceId)).toEqual([
      [100, 'Pending'],
      [100, 'Pending:Wait'],
      [3700, 'Terminating'],
      [3700, 'Terminating:Wait'],
    ]);
    expect(await targetLifecycleState(imdsEndpoint)).toBe('Terminated');
    expect(sim.targetHealth(arn, instanceId).reason).toBe('Target.NotRegistered');
    expect(sim.transitions.some(({ targetId }) => targetId === instanceId)).toBe(false);
  });

  it('does not run for an instance that is attached', async () => {
    const { fleet, anInstance, states } = await aFleet({ hooks: [launchHook] });
    const { instanceId } = await anInstance();
    fleet.attach(instanceId);
    expect(states(instanceId)).toEqual([[0, 'InService']]);
    expect(fleet.desiredCapacity).toBe(2);
  });

  it('is over when the instance is terminated meanwhile', async () => {
    const { instanceId, terminate, states, complete } = await aLaunch();
    await terminate(instanceId);
    expect(states(instanceId).map(([, to]) => to)).toEqual([
      'Pending',
      'Pending:Wait',
      'Terminating',
      'Terminating:Wait',
    ]);
    await expect(complete(instanceId, 'CONTINUE', 'boot')).rejects.toThrow('No active Lifecycle Action found');
  });

  it('hides from the health check that the instance stopped, until it is over', async () => {
    const { instanceId, sim, state, states, complete } = await aLaunch();
    sim.setInstanceState(instanceId, 'stopped');
    expect(await state(instanceId)).toBe('Pending:Wait');
    await complete(instanceId, 'CONTINUE', 'boot');
    expect(
      states(instanceId)
        .slice(2)
        .map(([, to]) => to),
    ).toEqual(['Pending:Proceed', 'InService', 'Terminating', 'Terminating:Wait']);
  });
});

describe('a launch', () => {
  it('without hooks registers the instance and puts it in service', async () => {
    const { fleet, anInstance, states, sim, arn } = await aServingFleet();
    const { instanceId } = await anInstance();
    fleet.launch(instanceId);
    expect(states(instanceId).map(([, to]) => to)).toEqual(['Pending', 'InService']);
    expect(sim.targetHealth(arn, instanceId).state).toBe('initial');
  });

  it('raises the desired capacity, unless it makes up for an instance that left', async () => {
    const { fleet, anInstance, instanceId, terminate } = await aFleet({ maxSize: 2 });
    fleet.launch((await anInstance()).instanceId);
    expect(fleet.desiredCapacity).toBe(2);
    const { instanceId: third } = await anInstance();
    expect(() => fleet.launch(third)).toThrow('3 instances are more than its maximum size, 2');
    await terminate(instanceId);
    fleet.launch(third);
    expect(fleet.desiredCapacity).toBe(2);
  });

  it('is refused for an instance that is in a group, or not running', async () => {
    const { fleet, anInstance, instanceId, sim, terminate, clock } = await aFleet();
    const { instanceId: pending } = await anInstance({ state: 'pending' });
    const other = sim.autoScaling.createGroup({ name: 'other' });
    expect(() => other.launch(instanceId)).toThrow('is in the Auto Scaling group fleet already');
    expect(() => fleet.launch(pending)).toThrow('is pending, expected running');
    expect(fleet.desiredCapacity).toBe(1);
    expect(other.desiredCapacity).toBe(0);
    await terminate(instanceId);
    await clock.advance(60 * second);
    expect(() => other.launch(instanceId)).toThrow('is terminated, expected running');
  });
});

describe('CompleteLifecycleAction and RecordLifecycleActionHeartbeat', () => {
  const good = {
    AutoScalingGroupName: 'fleet',
    LifecycleHookName: 'drain',
    InstanceId: 'i-00000000000000001',
    LifecycleActionResult: 'CONTINUE',
  };
  const token = '00000000-0000-4000-8000-00000000abcd';

  it.each([
    ['a group that is not there', { AutoScalingGroupName: 'absent' }, /^AutoScalingGroup name not found - .*absent/],
    [
      'a hook that is not there',
      { LifecycleHookName: 'absent' },
      /^No active Lifecycle Action found with instance ID i-/,
    ],
    [
      'an instance of no group',
      { InstanceId: 'i-absent' },
      /^No active Lifecycle Action found with instance ID i-absent$/,
    ],
    ['a token of nobody', { LifecycleActionToken: token }, /^No active Lifecycle Action found with token 0{8}-/],
    ['a token that is too short', { LifecycleActionToken: 'token' }, /LifecycleActionToken/],
    ['neither instance nor token', { InstanceId: undefined }, /^Either LifecycleActionToken or InstanceId/],
    ['a hook name that is none', { LifecycleHookName: 'a b' }, /LifecycleHookName/],
  ])('refuse %s', async (_what, input, message) => {
    const { fleet, client, instanceId } = await aFleet({ hooks });
    expect(instanceId).toBe(good.InstanceId);
    fleet.scaleIn();
    const refusal = {
      name: 'ValidationError',
      message: expect.stringMatching(message) as string,
      $metadata: { httpStatusCode: 400 },
    };
    await expect(client.send(new CompleteLifecycleActionCommand({ ...good, ...input }))).rejects.toMatchObject(refusal);
    await expect(client.send(new RecordLifecycleActionHeartbeatCommand({ ...good, ...input }))).rejects.toMatchObject(
      refusal,
    );
  });

  it('refuse an instance that does not wait', async () => {
    const { instanceId, complete, heartbeat, fleet } = await aServingFleet({ hooks });
    const refusal = {
      name: 'ValidationError',
      message: `No active Lifecycle Action found with instance ID ${instanceId}`,
    };
    await expect(complete(instanceId, 'CONTINUE')).rejects.toMatchObject(refusal);
    await expect(heartbeat(instanceId)).rejects.toMatchObject(refusal);
    fleet.scaleIn();
    // It drains; its hook has not started.
    await expect(complete(instanceId, 'CONTINUE')).rejects.toMatchObject(refusal);
  });

  it('refuse a second completion', async () => {
    const { fleet, instanceId, complete } = await aFleet({ hooks });
    fleet.scaleIn();
    await complete(instanceId, 'CONTINUE');
    await expect(complete(instanceId, 'CONTINUE')).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuse a result that is none', async () => {
    const { fleet, instanceId, complete, state } = await aFleet({ hooks });
    fleet.scaleIn();
    await expect(complete(instanceId, 'RETRY')).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await state(instanceId)).toBe('Terminating:Wait');
  });

  it('can meet contention by a fault, which changes nothing', async () => {
    const { fleet, instanceId, complete, sim, state } = await aFleet({ hooks });
    fleet.scaleIn();
    sim.addFault({ kind: 'error', service: 'autoscaling', code: 'ResourceContention', status: 500, count: 1 });
    await expect(complete(instanceId, 'CONTINUE')).rejects.toMatchObject({ name: 'ResourceContentionFault' });
    expect(await state(instanceId)).toBe('Terminating:Wait');
  });
});

describe('made-up ids', () => {
  it('are the same in every run', async () => {
    const run = async () => {
      const { fleet, instanceId, terminate } = await aFleet({ hooks });
      const { Activity } = await terminate(instanceId);
      return [fleet.arn, Activity?.ActivityId, fleet.instances[0]?.actions[0]?.token];
    };
    expect(await run()).toEqual(await run());
    const { sim } = await startAutoScaling();
    expect(sim.autoScaling.transitions).toEqual([]);
  });
});
