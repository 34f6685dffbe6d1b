import { describe, expect, it, vi } from 'vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import { fleetQueue, shutdownId } from '../../src/domain/ids.js';
import type { RealInstance } from '../support/agent.js';
import { alone, aNetworkStage, anOutageStage, expectOneDrain } from '../support/outage.js';

// They mostly wait: for an outage to be noticed, or to end.
vi.setConfig({ maxConcurrency: 10 });

/** As after a restart of the agent of an appliance that serves. */
const registeredBefore = ({ simulator, targetGroupArn, instanceId }: RealInstance) =>
  simulator.registerTarget(targetGroupArn, instanceId);

describe.concurrent('an agent at boot', () => {
  it('waits until Temporal answers, then comes into service', async ({ onTestFinished }) => {
    const { instance, temporal } = await anOutageStage(onTestFinished, { drainSeconds: 1, started: false });
    const agent = await instance.start();
    await agent.said('waiting for Temporal');
    expect((await fetch(instance.healthUrl)).status, 'I6: an appliance that may be serving stays healthy').toBe(200);
    await temporal.start();
    await agent.said('in service');
    expect(instance.requests('RegisterTargets')).toHaveLength(1);
  });

  it('does not wait for ever for a Temporal that hangs: it asks again, and comes into service (I7)', async ({
    onTestFinished,
  }) => {
    const { instance, network } = await aNetworkStage(onTestFinished, { drainSeconds: 1 });
    network.drop();
    const agent = await instance.start();
    await agent.said('waiting for Temporal');
    expect((await fetch(instance.healthUrl)).status, 'I6').toBe(200);
    await network.heal();
    await agent.said('in service');
    expect(instance.requests('RegisterTargets')).toHaveLength(1);
  });

  it('that is told to go while it connects does no work for Temporal any more', async ({ onTestFinished }) => {
    const { instance, network, client } = await aNetworkStage(onTestFinished, { drainSeconds: 4 });
    registeredBefore(instance);
    network.hold();
    const connecting = network.nextConnection();
    const agent = await instance.start();
    await connecting;
    agent.process.kill('SIGTERM');
    await agent.said(alone);
    await network.heal();
    await agent.said('out of service');
    await agent.process.exited;
    // Temporal remembers for minutes who polled a queue for workflows.
    const taskQueue = { name: fleetQueue(instance.cluster) };
    const { pollers } = await client.workflowService.describeTaskQueue({ namespace: 'default', taskQueue });
    expect(pollers).toEqual([]);
  });

  it('a second SIGTERM ends the drain in its own process too, after deregistering (I3)', async ({ onTestFinished }) => {
    const { instance } = await anOutageStage(onTestFinished, { drainSeconds: 300, started: false });
    registeredBefore(instance);
    instance.simulator.addFault({ kind: 'status', status: 503, action: 'DeregisterTargets', count: 3 });
    const agent = await instance.start();
    await agent.said('waiting for Temporal');
    agent.process.kill('SIGTERM');
    // Two failures are AWS's everyday; from the third one somebody who reads along wants to know.
    expect(await agent.said('step still fails, and is tried again')).toMatchObject({
      level: 'warn',
      workflowId: shutdownId(instance.instanceId),
      step: 'deregisterTarget',
      reason: expect.stringContaining('503') as string,
    });
    await agent.said('deregistered without Temporal');
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toMatchObject({ code: 1 });
  });
});

describe.concurrent('an agent in service, told to go without Temporal,', () => {
  it.for([
    ['that is gone', 'kill'],
    ['that hangs', 'hang'],
  ] as const)(
    '%s deregisters, confirms and drains in its own process, and says so (I2, I4)',
    async ([, breaks], { onTestFinished }) => {
      const { instance, temporal } = await anOutageStage(onTestFinished, { drainSeconds: 2 });
      const agent = await instance.startInService();
      await temporal[breaks]();
      const sent = instance.simulator.nextRequest('DeregisterTargets');
      agent.process.kill('SIGTERM');
      const { time } = await agent.said('leaving: health endpoint answers 503');
      expect((await sent).at - Date.parse(String(time)), 'I7: the target does not wait for an outage').toBeLessThan(
        12_000,
      );
      const left = await expectOneDrain(agent, instance, 2);
      expect(left.warnings).toContain('left without Temporal, in the agent process');
    },
  );

  it('ends that drain by itself when Temporal is back meanwhile: no second one, no second registration (I4)', async ({
    onTestFinished,
  }) => {
    const { instance, temporal } = await anOutageStage(onTestFinished, { drainSeconds: 8 });
    const agent = await instance.startInService();
    await temporal.kill();
    agent.process.kill('SIGTERM');
    await agent.said('deregistered without Temporal');
    await temporal.start();
    await expectOneDrain(agent, instance, 8);
    const shutdown = temporal.client.workflow.getHandle(shutdownId(instance.instanceId));
    await expect(shutdown.describe(), 'nothing drains there').rejects.toThrow(WorkflowNotFoundError);
  });

  it('leaves what it cannot deregister itself to Temporal, when that is back (I3)', async ({ onTestFinished }) => {
    const { instance, temporal } = await anOutageStage(onTestFinished, { drainSeconds: 1 });
    const agent = await instance.startInService();
    await temporal.kill();
    const refusal = { kind: 'error', action: 'DeregisterTargets', code: 'AccessDenied', status: 403 } as const;
    instance.simulator.addFault({ ...refusal, count: 1 });
    const refused = instance.simulator.nextRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await refused;
    await temporal.start();
    expect(await agent.said('out of service')).toMatchObject({ outcome: 'drained', warnings: [expect.any(String)] });
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    expect(instance.state()).toBe('draining');
  });
});
