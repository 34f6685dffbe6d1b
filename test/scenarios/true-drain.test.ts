import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { shutdownId } from '../../src/domain/ids.js';
import { aRealInstance } from '../support/agent.js';
import { expectPeriodKept } from '../support/drained.js';
import { receiptOf } from '../support/receipt.js';

async function aClient(onTestFinished: TestContext['onTestFinished']): Promise<Client> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

describe.concurrent('an appliance with the true drain period of 60 s', () => {
  it(
    'comes into service, and on SIGTERM drains for 60 s before its agent exits with 0',
    { timeout: 180_000 },
    async ({ onTestFinished }) => {
      const client = await aClient(onTestFinished);
      const instance = await aRealInstance({
        onTestFinished,
        temporalAddress: inject('temporalAddress'),
        drainSeconds: 60,
      });
      const agent = await instance.startInService();
      expect(instance.state()).toBe('healthy');
      expect((await fetch(instance.healthUrl)).status).toBe(200);

      const deregistered = instance.simulator.nextRequest('DeregisterTargets');
      agent.process.kill('SIGTERM');
      await deregistered;
      expect((await fetch(instance.healthUrl)).status, 'I2: health answers 503 before the deregistration').toBe(503);

      expect(await agent.process.exited).toMatchObject({ code: 0 });
      const receipt = await receiptOf(client, instance.instanceId);
      expect(receipt).toMatchObject({
        outcome: 'drained',
        drainPeriodSeconds: 60,
        deregistrationDelaySeconds: 60,
        warnings: [],
      });
      await expectPeriodKept(client.workflow.getHandle(shutdownId(instance.instanceId)), receipt, 60);
      expect(instance.requests('RegisterTargets')).toHaveLength(1);
      expect(instance.requests('DeregisterTargets')).toHaveLength(1);
    },
  );

  it(
    'I4: goes on with the drain period where it was when the agent is killed and started again',
    { timeout: 180_000 },
    async ({ onTestFinished }) => {
      const client = await aClient(onTestFinished);
      const instance = await aRealInstance({
        onTestFinished,
        temporalAddress: inject('temporalAddress'),
        drainSeconds: 60,
      });
      const first = await instance.startInService();
      first.process.kill('SIGTERM');
      await instance.simulator.awaitTargetState(instance.targetGroupArn, instance.instanceId, 'draining');
      first.process.kill('SIGKILL');
      await first.process.exited;

      const second = await instance.start();
      await second.said('a shutdown of this instance is running, going on with it');
      expect((await fetch(instance.healthUrl)).status).toBe(503);
      expect(await second.process.exited).toMatchObject({ code: 0 });
      const receipt = await receiptOf(client, instance.instanceId);
      expect(receipt.outcome).toBe('drained');
      await expectPeriodKept(client.workflow.getHandle(shutdownId(instance.instanceId)), receipt, 60);
      expect(instance.requests('RegisterTargets'), 'a restart in mid-drain registers nothing').toHaveLength(1);
    },
  );
});
