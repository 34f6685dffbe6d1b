import { describe, expect, it, vi } from 'vitest';
import { shutdownId } from '../../src/domain/ids.js';
import {
  alone,
  aNetworkStage,
  anOutageStage,
  expectOneDrain,
  lateSeconds,
  together,
  untilDraining,
} from '../support/outage.js';
import { receiptOf } from '../support/receipt.js';
import { timersOf } from '../support/history.js';

// They mostly wait: for an outage to be noticed, or to end.
vi.setConfig({ maxConcurrency: 10 });

describe.concurrent('a Temporal server that in mid-drain', () => {
  it('is killed and started again on its database file ends the drain at its deadline, as if nothing had been (I4)', async ({
    onTestFinished,
  }) => {
    const stage = await anOutageStage(onTestFinished, { drainSeconds: 8 });
    const { instance, temporal } = stage;
    const agent = await instance.startInService();
    await untilDraining(agent, stage);
    await temporal.kill();
    await temporal.start();

    const left = await expectOneDrain(agent, instance, 8);
    const receipt = await receiptOf(temporal.client, instance.instanceId);
    expect(receipt).toMatchObject({ outcome: 'drained', triggers: [{ by: `SIGTERM on ${instance.instanceId}` }] });
    expect(receipt.drainedSeconds).toBe(left.drainedSeconds);
    expect(await timersOf(temporal.client.workflow.getHandle(shutdownId(instance.instanceId)))).toHaveLength(1);
  });

  it('is gone for good leaves the rest of the drain to the agent, which ends it at the same deadline (I4)', async ({
    onTestFinished,
  }) => {
    const stage = await anOutageStage(onTestFinished, { drainSeconds: 18 });
    const { instance, temporal } = stage;
    const agent = await instance.startInService();
    await untilDraining(agent, stage);
    await temporal.kill();
    const fellBack = await agent.said(alone);
    expect(fellBack, 'it knows how far the shutdown is').toMatchObject({
      deregisteredAt: expect.any(String) as string,
      drainUntil: expect.any(String) as string,
    });
    const left = await expectOneDrain(agent, instance, 18);
    expect(left.warnings).toContain('left without Temporal, in the agent process');
  });

  it.for([
    ['is killed and comes back', 'kill', 'start'],
    ['hangs and goes on', 'hang', 'resume'],
  ] as const)(
    '%s when the agent goes on alone takes over again, and ends the one drain with the one receipt (I4)',
    async ([, breaks, heals], { onTestFinished }) => {
      const stage = await anOutageStage(onTestFinished, { drainSeconds: 30 });
      const { instance, temporal } = stage;
      const agent = await instance.startInService();
      await untilDraining(agent, stage);
      await temporal[breaks]();
      await agent.said(alone);
      await temporal[heals]();
      await agent.said(together);
      const left = await expectOneDrain(agent, instance, 30);
      const receipt = await receiptOf(temporal.client, instance.instanceId);
      expect(receipt).toMatchObject({ outcome: 'drained', triggers: [{ by: `SIGTERM on ${instance.instanceId}` }] });
      expect(left).toMatchObject({ drainedSeconds: receipt.drainedSeconds, warnings: receipt.warnings });
    },
  );

  it('comes back without its memory leaves the rest of the drain to the agent (I4)', async ({ onTestFinished }) => {
    const stage = await anOutageStage(onTestFinished, { drainSeconds: 8 });
    const { instance, temporal } = stage;
    const agent = await instance.startInService();
    await untilDraining(agent, stage);
    await temporal.kill();
    await temporal.forget();
    await temporal.start();
    await expectOneDrain(agent, instance, 8);
  });
});

describe.concurrent('a Temporal server that, before the drain is confirmed,', () => {
  it('is gone leaves it to the agent, which does not send again what AWS has accepted (I3, I9)', async ({
    onTestFinished,
  }) => {
    const { instance, temporal } = await anOutageStage(onTestFinished, { drainSeconds: 2 });
    const agent = await instance.startInService();
    // AWS has it, its answer is on the way: nobody but the agent will hear it.
    instance.simulator.addFault({ kind: 'latency', action: 'DeregisterTargets', ms: 1_500 });
    const sent = instance.simulator.nextRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await instance.simulator.awaitTargetState(instance.targetGroupArn, instance.instanceId, 'draining');
    await temporal.kill();
    await sent;
    expect(await agent.said(alone)).toHaveProperty('deregisteredAt');
    expect(await agent.said('out of service')).toMatchObject({ outcome: 'drained', drainPeriodSeconds: 2 });
    expect(instance.requests('DeregisterTargets')).toHaveLength(1);
  });

  it('took the shutdown, but was not heard, does not drain again what the agent drains (I4)', async ({
    onTestFinished,
  }) => {
    const { instance, network, client } = await aNetworkStage(onTestFinished, { drainSeconds: 15 });
    const { simulator, instanceId } = instance;
    const agent = await instance.startInService();
    network.drop('down');
    const looked = simulator.nextRequest('DescribeTargetHealth');
    agent.process.kill('SIGTERM');
    await agent.said(alone);
    await looked;
    // So the workflow sees the target drain some seconds later than the agent did.
    simulator.addFault({ kind: 'latency', action: 'DescribeTargetHealth', ms: 4_000, count: 1 });
    await network.heal();
    network.reset();
    await agent.said(together);
    await agent.said('the shutdown there drains anew, asking it to end with the drain that began here');

    const left = await agent.said('out of service');
    expect(left).toMatchObject({ outcome: 'drained', drainPeriodSeconds: 15 });
    expect(left.drainedSeconds, 'the agent knows when it began').toBeGreaterThanOrEqual(15);
    expect(left.drainedSeconds).toBeLessThanOrEqual(15 + lateSeconds);
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    const receipt = await receiptOf(client, instanceId);
    expect(receipt).toMatchObject({ outcome: 'drained', forced: null });
    expect(receipt.triggers.at(-1)?.by).toBe(`SIGTERM on ${instanceId}, drained without Temporal meanwhile`);
    const states = simulator.transitions.map(({ to }) => to.reason ?? to.state);
    expect(states.filter((state) => state === 'Elb.RegistrationInProgress')).toHaveLength(1);
    expect(states.filter((state) => state === 'Target.DeregistrationInProgress')).toHaveLength(1);
  });

  it('finds the target gone already, since AWS was done with it, does not end the drain that the agent is in (I4)', async ({
    onTestFinished,
  }) => {
    const { instance, network, client } = await aNetworkStage(onTestFinished, {
      drainSeconds: 22,
      // Over when the workflow comes, and not over again before it has looked: else it may have left unseen, and drains as well.
      deregistrationDelaySeconds: 10,
    });
    const { simulator, targetGroupArn, instanceId } = instance;
    const agent = await instance.startInService();
    network.drop('down');
    agent.process.kill('SIGTERM');
    await agent.said('deregistered without Temporal');
    await simulator.awaitTargetState(targetGroupArn, instanceId, 'unused');
    // So the workflow is still there when the agent asks.
    simulator.addFault({ kind: 'error', code: 'Throttling', action: 'DescribeTargetHealth' });
    await network.heal();
    network.reset();
    await agent.said(together);
    simulator.clearFaults();
    const left = await agent.said('out of service');
    expect(left).toMatchObject({ outcome: 'drained', drainPeriodSeconds: 22 });
    expect(left.drainedSeconds).toBeGreaterThanOrEqual(22);
    expect(left.drainedSeconds).toBeLessThanOrEqual(22 + lateSeconds);
    expect(await receiptOf(client, instanceId)).toMatchObject({ outcome: 'already deregistered' });
  });
});
