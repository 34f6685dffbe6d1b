import { describe, expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { freePort } from '../../src/demo/ports.js';
import { startTemporalServer } from '../../src/demo/temporal-server.js';
import type { TemporalServer } from '../../src/demo/temporal-server.js';
import { aRealInstance } from '../support/agent.js';

/** A server of this test's own, since it is going to be killed. */
async function ownServer(port: number, onTestFinished: TestContext['onTestFinished']): Promise<TemporalServer> {
  const server = await startTemporalServer({ cliPath: inject('temporalCliPath'), port, log: () => undefined });
  onTestFinished(() => server.stop());
  return server;
}

describe.concurrent('an agent without Temporal', () => {
  it('waits at boot until Temporal answers, then comes into service', async ({ onTestFinished }) => {
    const port = await freePort();
    const instance = await aRealInstance({ onTestFinished, temporalAddress: `127.0.0.1:${port}`, drainSeconds: 1 });
    const agent = await instance.start();
    await agent.said('waiting for Temporal');
    expect((await fetch(instance.healthUrl)).status, 'I6: an appliance that may be serving stays healthy').toBe(200);
    await ownServer(port, onTestFinished);
    await agent.said('in service');
  });

  it('deregisters, confirms and drains in its own process when Temporal is gone at SIGTERM, and says so', async ({
    onTestFinished,
  }) => {
    const port = await freePort();
    const server = await ownServer(port, onTestFinished);
    const instance = await aRealInstance({ onTestFinished, temporalAddress: server.address, drainSeconds: 2 });
    const agent = await instance.start();
    await agent.said('in service');
    server.kill();
    agent.process.kill('SIGTERM');
    await agent.said('leaving without Temporal: deregister, confirm and drain in this process; do not kill it');
    const left = await agent.said('out of service');
    expect(left).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: 2,
      warnings: ['left without Temporal, in the agent process'],
    });
    expect(left.drainedSeconds).toBeGreaterThanOrEqual(2);
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    expect(instance.requests('DeregisterTargets')).toHaveLength(1);
  });

  it('a second SIGTERM ends the drain in its own process too, after deregistering', async ({ onTestFinished }) => {
    const port = await freePort();
    const instance = await aRealInstance({ onTestFinished, temporalAddress: `127.0.0.1:${port}`, drainSeconds: 300 });
    const agent = await instance.start();
    await agent.said('waiting for Temporal');
    const confirmed = instance.simulator.nextRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await confirmed;
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toMatchObject({ code: 1 });
  });
});
