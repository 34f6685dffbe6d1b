import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { freePort } from '../../src/demo/ports.js';
import { expectDrained } from '../support/drained.js';
import { start } from '../support/others.js';
import { it } from '../support/scene.js';

const left = { code: 0, signal: null };

describe.concurrent('two agents for one instance', () => {
  it('register it once between them and, told to go at the same moment, take it out once (I4, I9)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instance } = scene;
    const [first, second] = await Promise.all([
      instance.start(),
      instance.start('--health-port', String(await freePort())),
    ]);
    await Promise.all([first.said('in service'), second.said('in service')]);
    first.process.kill('SIGTERM');
    second.process.kill('SIGTERM');
    expect(await first.process.exited).toEqual(left);
    expect(await second.process.exited).toEqual(left);
    // Whoever came second may have found the startup of the first one done already.
    const { triggers } = await expectDrained(scene, { RegisterTargets: 2 });
    expect(triggers).toHaveLength(2);
  });

  it('go on as one when one of them is killed in mid-drain (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const { instance } = scene;
    const first = await instance.startInService();
    const second = await instance.startInService('--health-port', String(await freePort()));
    first.process.kill('SIGTERM');
    await scene.nthRequest('DeregisterTargets');
    await scene.drainBegins();
    first.process.kill('SIGKILL');
    expect(await second.leave()).toEqual(left);
    await expectDrained(scene, { RegisterTargets: 2 });
  });
});

describe.concurrent('two triggers in the same moment', () => {
  it('SIGTERM, and a shutdown started by somebody else, are one shutdown and one drain (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const { instance } = scene;
    const agent = await instance.startInService();
    const started = scene.startShutdown();
    agent.process.kill('SIGTERM');
    const operatorWasFirst = await started.then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(WorkflowExecutionAlreadyStartedError);
        return false;
      },
    );
    expect(await agent.process.exited).toEqual(left);
    const { triggers } = await expectDrained(scene);
    const bySignal = `SIGTERM on ${instance.instanceId}`;
    expect(triggers.map(({ by }) => by)).toEqual(operatorWasFirst ? ['operator', bySignal] : [bySignal]);
  });

  it('a startup and a shutdown of one instance, started by hand, leave no target behind (I3, I5)', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene({ probe: 'unhealthy' });
    const { instance } = scene;
    await start('a fleet worker', scene, onTestFinished);
    const agent = await instance.start();
    await scene.nthRequest('RegisterTargets');
    await scene.startShutdown();
    // The startup ends in favour of the shutdown, and the agent joins that.
    expect(await agent.process.exited).toEqual(left);
    expect((await scene.receipt()).outcome).toMatch(/^(drained|already deregistered)$/);
    expect(['draining', 'unused']).toContain(instance.state());
    expect(scene.registrations).toBe(1);
  });
});

describe.concurrent('an agent that is killed right behind its SIGTERM', () => {
  it('either left a shutdown behind that goes on, or serves again; either way nothing is lost (I3, I4)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instance } = scene;
    const first = await instance.startInService();
    first.process.kill('SIGTERM');
    await first.said('leaving: health endpoint answers 503');
    first.process.kill('SIGKILL');
    await first.process.exited;

    const second = await instance.start();
    const serves = second.said('in service').then(() => second.process.kill('SIGTERM'));
    await Promise.race([serves, second.said('a shutdown of this instance is running, going on with it')]);
    expect(await second.process.exited).toEqual(left);
    // Its DeregisterTargets may be out already, and the reply is lost with it.
    await expectDrained(scene, { RegisterTargets: 2, DeregisterTargets: 2 });
  });
});

describe.concurrent('a reboot', () => {
  it('brings the same instance id back into service right after its shutdown, and the next drain is a whole one (I4)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instance } = scene;
    const before = await instance.startInService();
    expect(await before.leave()).toEqual(left);
    const firstReceipt = await expectDrained(scene);
    expect(instance.state(), 'AWS is not done with it yet').toBe('draining');

    const after = await instance.startInService();
    expect((await fetch(instance.healthUrl)).status).toBe(200);
    expect(scene.registrations).toBe(2);
    expect(await after.leave()).toEqual(left);
    const secondReceipt = await scene.receipt();
    expect(Date.parse(secondReceipt.startedAt)).toBeGreaterThan(Date.parse(firstReceipt.finishedAt));
    expect(secondReceipt).toMatchObject({ outcome: 'drained', drainPeriodSeconds: scene.drainSeconds });
    expect(secondReceipt.drainedSeconds).toBeGreaterThanOrEqual(scene.drainSeconds);
    expect(scene.deregistrations).toBe(2);
  });

  it('in mid-drain, with the agent back before the drain is over, ends that drain first; the next start serves (I4)', async ({
    aScene,
  }) => {
    const scene = await aScene({ drainSeconds: 20 });
    const { instance } = scene;
    const before = await instance.startInService();
    before.process.kill('SIGTERM');
    await scene.nthRequest('DeregisterTargets');
    await scene.drainBegins();
    before.process.kill('SIGKILL');
    await before.process.exited;
    const during = await instance.start();
    await during.said('a shutdown of this instance is running, going on with it');
    expect(await during.process.exited).toEqual(left);
    await expectDrained(scene);

    await instance.startInService();
    expect(scene.registrations).toBe(2);
  });
});

describe.concurrent('a target that is draining already', () => {
  it('when the shutdown starts is given the whole drain period all the same (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const { instance, simulator } = scene;
    const agent = await instance.startInService();
    simulator.deregisterTarget(instance.targetGroupArn, instance.instanceId);
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene);
  });

  it('when a startup starts comes into service again', async ({ aScene }) => {
    const scene = await aScene();
    const { instance, simulator } = scene;
    simulator.registerTarget(instance.targetGroupArn, instance.instanceId);
    simulator.deregisterTarget(instance.targetGroupArn, instance.instanceId);
    expect(instance.state()).toBe('draining');
    await instance.startInService();
    expect(scene.registrations).toBe(2);
  });

  it('when a startup starts that fails is taken out again: it was not in service before (I5)', async ({ aScene }) => {
    const scene = await aScene();
    const { instance, simulator } = scene;
    simulator.registerTarget(instance.targetGroupArn, instance.instanceId);
    simulator.deregisterTarget(instance.targetGroupArn, instance.instanceId);
    const agent = await instance.start('--tunnel-device', 'gone0', '--tunnel-window', '1');
    expect(await agent.process.exited).toEqual({ code: 1, signal: null });
    expect(instance.state()).toBe('draining');
    expect(scene.deregistrations).toBe(2);
  });
});
