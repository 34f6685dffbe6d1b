import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, inject, it, onTestFinished } from 'vitest';
import { fleetQueue, hostQueue } from '../../src/domain/ids.js';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { shutdownStart } from '../../src/domain/starting.js';
import { timersOf } from '../support/history.js';

const codePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
const registered = {
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/g/0123456789abcdef',
  target: { id: 'i-0123456789abcdef0' },
};
const confirmed = { verdict: 'draining', observations: [], deregistrationDelaySeconds: 300 };

/** A shutdown whose steps say that they were done so many seconds after the workflow's own time; undefined: they do not say. */
async function shutDown(ahead: {
  deregistered?: number;
  confirmed?: number;
}): Promise<{ receipt: DrainReceipt; timers: unknown }> {
  const address = inject('temporalAddress');
  const connection = await NativeConnection.connect({ address });
  const clients = await Connection.connect({ address });
  const client = new Client({ connection: clients });
  const instanceId = `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
  const fleet = fleetQueue(`clock-${instanceId}`);
  const at = (seconds: number | undefined) => (seconds === undefined ? {} : { at: Date.now() + seconds * 1_000 });
  const activities = {
    deregisterTarget: () => Promise.resolve(ahead.deregistered === undefined ? undefined : at(ahead.deregistered)),
    confirmDraining: () => Promise.resolve({ ...confirmed, ...at(ahead.confirmed) }),
  };
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue: fleet, workflowBundle: { codePath } }),
    Worker.create({ connection, taskQueue: hostQueue(fleet, instanceId), activities }),
  ]);
  const runs = workers.map((worker) => worker.run());
  onTestFinished(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    await Promise.all([connection.close(), clients.close()]);
  });
  const start = shutdownStart(`clock-${instanceId}`, { instanceId, registered, drain: 1 });
  const handle = await client.workflow.start<(input: unknown) => Promise<DrainReceipt>>('shutdown', start);
  return { receipt: await handle.result(), timers: await timersOf(handle) };
}

const between = (from: string | null, to: string | null) => (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1_000;

it('a drain period does not begin before the look that confirmed it, although the workflow reads an older time (I4)', async () => {
  const { receipt, timers } = await shutDown({ deregistered: 5, confirmed: 30 });
  expect(between(receipt.startedAt, receipt.deregisteredAt)).toBeGreaterThanOrEqual(5);
  expect(between(receipt.deregisteredAt, receipt.drainingAt)).toBeGreaterThanOrEqual(20);
  expect(receipt.drainedSeconds).toBe(1);
  expect(timers).toEqual(['drain period: 1 s; signal forceShutdown ends it']);
});

it("a step of a build that does not say when it was done is done by the workflow's own time", async () => {
  const { receipt, timers } = await shutDown({});
  expect(between(receipt.startedAt, receipt.drainingAt)).toBeLessThan(20);
  expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(1);
  expect(timers).toEqual(['drain period: 1 s; signal forceShutdown ends it']);
});
