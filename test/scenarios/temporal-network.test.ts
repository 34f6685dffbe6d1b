import { describe, expect, it, vi } from 'vitest';
import { aliveBeat, awsRetry, workflowTaskMs } from '../../src/domain/timings.js';
import { alone, aNetworkStage, expectOneDrain, untilDraining } from '../support/outage.js';
import type { Proxy } from '../../src/chaos/proxy.js';
import { receiptOf } from '../support/receipt.js';

// They mostly wait: for a fault to be noticed, or to pass.
vi.setConfig({ maxConcurrency: 14 });

/** What can be wrong between an agent and Temporal, in the words of the titles. */
const passing: Record<string, (network: Proxy) => unknown> = {
  'breaks every connection': (network) => network.reset(),
  "ends the agent's half of every connection": (network) => network.halfClose('up'),
  "ends Temporal's half of every connection": (network) => network.halfClose('down'),
  'is slow': (network) => network.delay(100),
};
const lasting: Record<string, (network: Proxy) => unknown> = {
  'swallows everything': (network) => network.drop(),
  'swallows what the agent sends': (network) => network.drop('up'),
  'swallows what Temporal sends': (network) => network.drop('down'),
  'loses every packet': (network) => network.hold(),
  'is slower than anybody waits': (network) => network.delay(2_500),
  async 'refuses every connection'(network) {
    await network.refuse();
    network.reset();
  },
};
const faults = { ...passing, ...lasting };

/**
 * Temporal does not know of a connection that died without a word, and for a minute gives what comes next to whoever had asked by
 * it: to an agent's two polls for workflow tasks, and to one for the steps of each queue. Each waits for its timeout.
 */
const lostPollsSeconds = (2 * workflowTaskMs + 2 * (aliveBeat.heartbeatMs + awsRetry.initialMs)) / 1_000;

/** Lets it happen to a network that carries something. */
async function befall(network: Proxy, fault: keyof typeof faults): Promise<void> {
  expect(network.connections, 'what there is to break').toBeGreaterThan(0);
  await faults[fault]?.(network);
}

describe.concurrent('a network that', () => {
  it.for(Object.keys(faults))(
    '%s during the startup holds it up, and the target is registered once (I9)',
    { timeout: 240_000 },
    async (fault, { onTestFinished }) => {
      const { instance, network } = await aNetworkStage(onTestFinished, { drainSeconds: 1 });
      const registered = instance.simulator.nextRequest('RegisterTargets');
      const agent = await instance.start();
      await registered;
      const lost = network.nextLoss();
      await befall(network, fault);
      if (fault.startsWith('swallows')) await lost;
      await instance.simulator.awaitTargetState(instance.targetGroupArn, instance.instanceId, 'healthy');
      await network.heal();
      await agent.said('in service');
      const { transitions } = instance.simulator;
      expect(transitions.filter(({ to }) => to.reason === 'Elb.RegistrationInProgress')).toHaveLength(1);
      expect(transitions.filter(({ to }) => to.state === 'draining')).toEqual([]);
    },
  );

  it.for(Object.keys(faults))(
    '%s in service changes nothing, and the way out is as ever afterwards (I6)',
    { timeout: 240_000 },
    async (fault, { onTestFinished }) => {
      const { instance, network, client } = await aNetworkStage(onTestFinished, { drainSeconds: 1 });
      const agent = await instance.startInService();
      const lost = network.nextLoss();
      const connected = network.nextConnection();
      await befall(network, fault);
      if (fault.startsWith('swallows')) await lost;
      await network.heal();
      // A connection that only waited is the old one. The others are dead: HTTP/2's own pings, 30 s apart, notice it at last.
      if (!/slow|loses/.test(fault)) await connected;
      expect((await fetch(instance.healthUrl)).status).toBe(200);
      agent.process.kill('SIGTERM');
      await expectOneDrain(agent, instance, 1, fault.startsWith('swallows') ? lostPollsSeconds : 0);
      expect(await receiptOf(client, instance.instanceId)).toMatchObject({ outcome: 'drained' });
    },
  );

  it.for(Object.keys(passing))(
    '%s just as the agent is told to go changes nothing: Temporal takes it out (I3, I4)',
    async (fault, { onTestFinished }) => {
      const { instance, network, client } = await aNetworkStage(onTestFinished, { drainSeconds: 2 });
      const agent = await instance.startInService();
      await befall(network, fault);
      agent.process.kill('SIGTERM');
      await expectOneDrain(agent, instance, 2);
      expect(await receiptOf(client, instance.instanceId)).toMatchObject({ outcome: 'drained' });
    },
  );

  it.for(Object.keys(lasting))(
    '%s as the agent is told to go, for good, leaves the way out to the agent itself (I3, I4)',
    async (fault, { onTestFinished }) => {
      const { instance, network } = await aNetworkStage(onTestFinished, { drainSeconds: 2 });
      const agent = await instance.startInService();
      await befall(network, fault);
      agent.process.kill('SIGTERM');
      await agent.said(alone);
      const left = await expectOneDrain(agent, instance, 2);
      expect(left.warnings).toContain('left without Temporal, in the agent process');
    },
  );

  it.for(Object.keys(passing))(
    '%s in mid-drain changes nothing: the workflow ends it at its deadline (I4)',
    async (fault, { onTestFinished }) => {
      const stage = await aNetworkStage(onTestFinished, { drainSeconds: 8 });
      const { instance, network, client } = stage;
      const agent = await instance.startInService();
      await untilDraining(agent, stage);
      await befall(network, fault);
      await expectOneDrain(agent, instance, 8);
      expect(await receiptOf(client, instance.instanceId)).toMatchObject({
        outcome: 'drained',
        triggers: [{}],
      });
    },
  );

  it.for(Object.keys(lasting))(
    '%s in mid-drain, for good, leaves the rest of the drain to the agent, which ends it at the same deadline (I4)',
    async (fault, { onTestFinished }) => {
      const stage = await aNetworkStage(onTestFinished, { drainSeconds: 18 });
      const { instance, network } = stage;
      const agent = await instance.startInService();
      await untilDraining(agent, stage);
      await befall(network, fault);
      await agent.said(alone);
      const left = await expectOneDrain(agent, instance, 18);
      expect(left.warnings).toContain('left without Temporal, in the agent process');
    },
  );
});
