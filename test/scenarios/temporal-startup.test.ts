import { describe, expect, it, vi } from 'vitest';
import type { TestContext } from 'vitest';
import { spawnAgent } from '../../src/demo/agent-process.js';
import { startupId } from '../../src/domain/ids.js';
import { failureOf, recordHistory } from '../support/history.js';
import { alone, anOutageStage, lateSeconds } from '../support/outage.js';
import type { OutageStage } from '../support/outage.js';

// An agent's start and a server's take 0.6 s of one core each.
vi.setConfig({ maxConcurrency: 4 });

/** Somebody else who works on the cluster's fleet queue. */
async function aFleetWorker(
  { instance, temporal }: OutageStage,
  onTestFinished: TestContext['onTestFinished'],
): Promise<void> {
  const { simulator, cluster } = instance;
  const worker = await spawnAgent({
    name: 'fleet worker',
    command: 'worker',
    temporalAddress: temporal.address,
    aws: simulator.environment(),
    args: ['--cluster', cluster, '--region', simulator.region],
  });
  onTestFinished(() => void worker.stop(0));
}

describe.concurrent('a startup that ran when its agent left without Temporal', () => {
  it('registers nothing when Temporal is back and the fleet takes over: the host has left (I5)', async ({
    onTestFinished,
  }) => {
    const stage = await anOutageStage(onTestFinished, { drainSeconds: 1 });
    const { instance, temporal } = stage;
    instance.simulator.addFault({ kind: 'hang', action: 'GetResources', count: 1 });
    const discovering = instance.simulator.nextRequest('GetResources');
    const agent = await instance.start();
    await discovering;
    await temporal.kill();
    agent.process.kill('SIGTERM');
    expect(await agent.said('out of service')).toMatchObject({ outcome: 'already deregistered' });
    expect(await agent.process.exited).toMatchObject({ code: 0 });

    const registered = instance.simulator.nextRequest('RegisterTargets').then(() => 'registered');
    await temporal.start();
    await aFleetWorker(stage, onTestFinished);
    const startup = temporal.client.workflow.getHandle(startupId(instance.instanceId));
    const end = failureOf(startup).then(({ type }) => type);
    expect(await Promise.race([end, registered])).toBe('HostLost');
    expect(instance.requests('RegisterTargets')).toEqual([]);
    await recordHistory('startup-host-left', startup);
  });

  it('is ended by the agent when Temporal is back before it has left, its target drained once (I4, I5)', async ({
    onTestFinished,
  }) => {
    const { instance, temporal } = await anOutageStage(onTestFinished, { drainSeconds: 8, probe: 'unhealthy' });
    const { simulator } = instance;
    const agent = await instance.start();
    await simulator.nextRequest('DescribeTargetHealth', () => instance.requests('RegisterTargets').length > 0);
    await temporal.kill();
    agent.process.kill('SIGTERM');
    await agent.said(alone);
    await agent.said('deregistered without Temporal');
    await temporal.start();
    const left = await agent.said('out of service');
    expect(left).toMatchObject({ outcome: 'drained', drainPeriodSeconds: 8 });
    expect(left.drainedSeconds).toBeLessThanOrEqual(8 + lateSeconds);
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    const startup = temporal.client.workflow.getHandle(startupId(instance.instanceId));
    const { raw } = await startup.describe();
    expect((await startup.describe()).status.name === 'CANCELLED' || raw.workflowExtendedInfo?.cancelRequested).toBe(
      true,
    );
    expect(instance.requests('RegisterTargets')).toHaveLength(1);
    expect(simulator.transitions.filter(({ to }) => to.state === 'draining')).toHaveLength(1);
  });
});
