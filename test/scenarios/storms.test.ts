import proto from '@temporalio/proto';
import { describe, expect, vi } from 'vitest';
import { expectDrained, expectPeriodKept } from '../support/drained.js';
import { recordHistory } from '../support/history.js';
import type { HistoryEvent } from '../support/history.js';
import { start } from '../support/others.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';
import { throttleEverything } from '../support/storm.js';

/** Within the budget of every call, which is 2 min. */
const stormSeconds = 90;
const left = { code: 0, signal: null };

// All of them wait for the same storm, and hardly do anything meanwhile.
vi.setConfig({ maxConcurrency: 12, testTimeout: 420_000 });

/** One request for each attempt: the SDK tries nothing again by itself (I8). And not many of them. */
function expectPatience(scene: Scene, action: string): void {
  const throttled = scene.instance.requests(action).filter(({ outcome }) => outcome.fault === 'error');
  expect(throttled.length).toBeGreaterThan(2);
  expect(throttled.length).toBeLessThan(40);
  expect(new Set(throttled.map(({ attempt }) => attempt))).toEqual(new Set([1]));
}

// First, since they take the longest.
describe.concurrent('5 min without the metadata service', () => {
  it('after boot are harmless to an agent that has its credentials from there: it serves, and leaves in full (I4)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { simulator, instance } = scene;
    const agent = await instance.startIn({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    await agent.said('in service');
    simulator.addFault({ service: 'imds', kind: 'hang', window: { forSeconds: 300 } });
    await new Promise<void>((resolve) => simulator.clock.schedule(simulator.clock.now() + 300_000, resolve));
    expect(instance.state()).toBe('healthy');
    expect(await agent.leave()).toEqual({ code: 0, signal: null });
    await expectDrained(scene);
  });
});

describe.concurrent('90 s in which AWS throttles everything', () => {
  it('hold a startup up, and it comes into service, registered once (I8, I9)', async ({ aScene }) => {
    const scene = await aScene();
    const agent = await scene.instance.start();
    throttleEverything(scene.simulator, stormSeconds);
    await agent.said('in service');
    expectPatience(scene, 'GetResources');
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene);
  });

  it('that begin as the target is registered do not fail the startup (I7)', async ({ aScene }) => {
    const scene = await aScene();
    const registered = scene.nthRequest('RegisterTargets');
    const agent = await scene.instance.start();
    await registered;
    throttleEverything(scene.simulator, stormSeconds);
    await agent.said('in service');
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene);
  });

  it('hold a shutdown up, which deregisters as soon as AWS lets it and then drains in full (I3, I4)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    throttleEverything(scene.simulator, stormSeconds);
    expect(await agent.leave()).toEqual(left);
    expectPatience(scene, 'DeregisterTargets');
    await expectDrained(scene, { DeregisterTargets: 40 });
  });

  it('hold a shutdown up that has to locate its target first, and nothing is lost (I3, I4)', async ({ aScene }) => {
    const scene = await aScene();
    await scene.instance.startInService();
    throttleEverything(scene.simulator, stormSeconds);
    await scene.startShutdown();
    await scene.shutdown.result();
    expectPatience(scene, 'GetResources');
    await expectDrained(scene);
  });

  it('that begin as DeregisterTargets is accepted cut no flows: the drain period is kept although nobody says draining (I4)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    const accepted = scene.nthRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await accepted;
    throttleEverything(scene.simulator, stormSeconds);
    expect(await agent.process.exited).toEqual(left);
    const receipt = await scene.receipt();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: scene.drainSeconds,
      deregistrationDelaySeconds: null,
      forced: null,
    });
    expect(receipt.warnings).toContain(
      'AWS accepted the deregistration, but did not answer whether the target is draining; the drain period is kept',
    );
    expect(receipt.observations.at(-1)).toMatchObject({ state: 'unknown', reason: 'Throttling' });
    await expectPeriodKept(scene.shutdown, receipt, scene.drainSeconds);
  });

  it('in mid-drain are not even noticed (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    agent.process.kill('SIGTERM');
    await scene.nthRequest('DeregisterTargets');
    await scene.drainBegins();
    throttleEverything(scene.simulator, stormSeconds);
    expect(await agent.process.exited).toEqual(left);
    await expectDrained(scene);
  });
});

describe.concurrent('a cluster whose last worker dies', () => {
  it('while it looks whether a target is draining, and that has none for 2 min, keeps the whole drain period (I4)', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene({ drainSeconds: 165, deregistrationDelaySeconds: 300 });
    const { instance, simulator } = scene;
    const last = await start('another agent', scene, onTestFinished);
    const agent = await instance.startInService();
    // From before it leaves: neither of the two may see the target draining.
    simulator.addFault({ kind: 'hang', action: 'DescribeTargetHealth' });
    const asked = scene.nthRequest('DescribeTargetHealth');
    const askedByTheLast = simulator.nextRequest(
      'DescribeTargetHealth',
      (entry) => entry.instanceId !== instance.instanceId,
    );
    agent.process.kill('SIGTERM');
    await asked;
    agent.process.kill('SIGKILL');
    await askedByTheLast;
    last.kill('SIGKILL');

    // The task was the fleet's by then: nobody is left to take it again.
    const { TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: closed } = proto.temporal.api.enums.v1.TimeoutType;
    const timeoutOf = ({ activityTaskTimedOutEventAttributes: timedOut }: HistoryEvent) =>
      timedOut?.failure?.timeoutFailureInfo?.timeoutType;
    await scene.event(scene.shutdown, (event) => timeoutOf(event) === closed);
    simulator.clearFaults();
    expect(await (await instance.start()).process.exited).toEqual(left);
    await recordHistory('shutdown-nobody-looked', scene.shutdown);
    const receipt = await scene.receipt();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: scene.drainSeconds,
      drainingAt: receipt.deregisteredAt,
    });
    expect(receipt.warnings).toContain(
      'no worker looked in time whether the target is draining; the drain period is kept',
    );
    await expectPeriodKept(scene.shutdown, receipt, scene.drainSeconds);
  });
});

describe.concurrent('trouble that does not end', () => {
  it('fails a startup that AWS throttles for 2 min, and says why (I7)', async ({ aScene }) => {
    const scene = await aScene();
    throttleEverything(scene.simulator);
    const agent = await scene.instance.start();
    const { wallAt: since } = await scene.nthRequest('GetResources');
    const { reason, time } = await agent.said('startup failed');
    expect(reason).toBe(`discoverTargetGroup (${scene.instance.instanceId}): ThrottledException: Rate exceeded`);
    const seconds = (Date.parse(String(time)) - since) / 1_000;
    // The next attempt would have been after the 2 min; it may have been up to 30 s away.
    expect(seconds).toBeGreaterThan(85);
    expect(seconds).toBeLessThan(122);
    expect(await agent.process.exited).toEqual({ code: 1, signal: null });
    expect(scene.requests('RegisterTargets')).toEqual([]);
  });

  it('fails a startup whose instance does not run within 2 min, and nothing is registered (I5, I7)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    scene.simulator.setInstanceState(scene.instance.instanceId, 'terminated');
    const agent = await scene.instance.start();
    const { reason } = await agent.said('startup failed');
    expect(reason).toContain('InvalidTarget');
    expect(reason).toContain('not in a running state');
    expect(await agent.process.exited).toEqual({ code: 1, signal: null });
    expect(scene.registrations).toBe(0);
  });

  it('ends an agent whose metadata service is silent for 1 min at boot (I7)', async ({ aScene }) => {
    const scene = await aScene();
    scene.simulator.addFault({ kind: 'hang', service: 'imds' });
    const asked = scene.simulator.nextRequest('GetToken');
    const agent = await scene.instance.start();
    await asked;
    const began = Date.now();
    expect(await agent.process.exited).toEqual({ code: 1, signal: null });
    const seconds = (Date.now() - began) / 1_000;
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThan(75);
  });
});
