import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { startupId } from '../../src/domain/ids.js';
import { beginShutdown } from '../../src/temporal/begin.js';
import { aRealInstance } from '../support/agent.js';
import { drainBegins } from '../support/history.js';
import { receiptOf } from '../support/receipt.js';

const temporalAddress = () => inject('temporalAddress');

async function aClient(onTestFinished: TestContext['onTestFinished']): Promise<Client> {
  const connection = await Connection.connect({ address: temporalAddress() });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

describe.concurrent('the signals of an agent', () => {
  it('a second SIGTERM ends the drain at once, after deregistering, and the agent exits with 1', async ({
    onTestFinished,
  }) => {
    const client = await aClient(onTestFinished);
    const instance = await aRealInstance({ onTestFinished, temporalAddress: temporalAddress(), drainSeconds: 300 });
    const agent = await instance.startInService();
    agent.process.kill('SIGTERM');
    await instance.simulator.awaitTargetState(instance.targetGroupArn, instance.instanceId, 'draining');
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toMatchObject({ code: 1 });
    const receipt = await receiptOf(client, instance.instanceId);
    expect(receipt).toMatchObject({
      outcome: 'interrupted',
      forced: { reason: `second SIGTERM on ${instance.instanceId}` },
    });
    expect(instance.requests('DeregisterTargets')).toHaveLength(1);
  });

  it('SIGTERM joins a shutdown that runs, and does not shorten the drain that somebody asked for (I4)', async ({
    onTestFinished,
  }) => {
    const client = await aClient(onTestFinished);
    const instance = await aRealInstance({
      onTestFinished,
      temporalAddress: temporalAddress(),
      drainSeconds: 0,
      deregistrationDelaySeconds: 60,
    });
    const { instanceId, cluster } = instance;
    const agent = await instance.startInService();
    const { handle } = await beginShutdown(client, cluster, { instanceId, drain: 5, trigger: 'alice' });
    await drainBegins(client, handle);
    expect(await agent.leave()).toMatchObject({ code: 0 });
    const receipt = await receiptOf(client, instanceId);
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: 5,
      triggers: [{ by: 'alice', drain: 5 }, { by: `SIGTERM on ${instanceId}` }],
    });
    expect(receipt.triggers[1]).not.toHaveProperty('drain');
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(5);
  });

  it('SIGHUP ends the agent and leaves the target in service, and the next agent takes over', async ({
    onTestFinished,
  }) => {
    const instance = await aRealInstance({ onTestFinished, temporalAddress: temporalAddress(), drainSeconds: 1 });
    const agent = await instance.startInService();
    agent.process.kill('SIGHUP');
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    expect(instance.requests('DeregisterTargets')).toEqual([]);
    expect(instance.state()).toBe('healthy');

    await instance.startInService();
    expect(instance.requests('DeregisterTargets')).toEqual([]);
  });

  it('SIGTERM during startup ends the startup, leaves no target registered, and exits with 0', async ({
    onTestFinished,
  }) => {
    const client = await aClient(onTestFinished);
    const instance = await aRealInstance({
      onTestFinished,
      temporalAddress: temporalAddress(),
      drainSeconds: 1,
      probe: 'unhealthy',
    });
    const agent = await instance.start();
    await instance.simulator.nextRequest('DescribeTargetHealth', () => instance.requests('RegisterTargets').length > 0);
    expect(await agent.leave()).toMatchObject({ code: 0 });
    expect(['draining', 'unused']).toContain(instance.state());
    expect((await client.workflow.getHandle(startupId(instance.instanceId)).describe()).status.name).toMatch(
      /CANCELLED|FAILED/,
    );
    expect((await receiptOf(client, instance.instanceId)).outcome).toMatch(/drained|already deregistered/);
  });

  it('SIGINT leaves as SIGTERM does', async ({ onTestFinished }) => {
    const instance = await aRealInstance({ onTestFinished, temporalAddress: temporalAddress(), drainSeconds: 1 });
    const agent = await instance.startInService();
    agent.process.kill('SIGINT');
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    expect(instance.requests('DeregisterTargets')).toHaveLength(1);
  });
});
