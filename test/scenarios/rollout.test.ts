import { Client, Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { createAppliance } from '../../src/demo/appliance.js';
import type { Exit } from '../../src/demo/supervised.js';
import { clusterTag } from '../../src/domain/ids.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { textsIn } from '../../src/simulator/wire/parameters.js';
import { receiptOf } from '../support/receipt.js';

const cluster = 'rollout';
const desired = 3;
const drainSeconds = 3;
const place = { vpcId: 'vpc-1', tags: { [clusterTag]: cluster } };

/** One appliance in service. */
interface Serving {
  readonly instanceId: string;
  /** SIGTERM; resolves once the agent is gone, and with it the host. */
  leave(): Promise<Exit>;
}

it(`${desired} appliances are replaced one by one under flows: none is cut, never fewer than ${desired} are healthy (I3, I4)`, async ({
  onTestFinished,
}) => {
  const aws = await startSimulator();
  onTestFinished(() => aws.close());
  const { arn } = aws.createTargetGroup({
    name: 'rollout',
    ...place,
    attributes: { 'deregistration_delay.timeout_seconds': String(drainSeconds) },
    registrationDelaySeconds: 0,
    healthCheck: { protocol: 'HTTP', path: '/health', intervalSeconds: 0.5, timeoutSeconds: 0.5, healthyThreshold: 2 },
  });
  const launch = (instanceId: string) => anAppliance(aws, instanceId, onTestFinished);

  const old = await Promise.all(['i-000000a1', 'i-000000a2', 'i-000000a3'].map(launch));
  const beganAt = aws.clock.now();
  const traffic = aws.startTraffic(arn, {
    ratePerSecond: 40,
    length: { kind: 'exponential', meanSeconds: 1, atMostSeconds: 0.8 * drainSeconds },
  });
  const next: Serving[] = [];
  for (const leaving of old) {
    // As many as are wanted must be healthy all the time: the new one comes before the old one goes.
    next.push(await launch(leaving.instanceId.replace('a', 'b')));
    expect(await leaving.leave(), leaving.instanceId).toEqual({ code: 0, signal: null });
  }
  traffic.stop();

  const flows = aws.flows(arn);
  expect(flows.cut).toBe(0);
  expect(flows.refused).toBe(0);
  for (const { instanceId } of [...old, ...next]) {
    expect(
      flows.targets.find(({ targetId }) => targetId === instanceId)?.opened,
      `flows of ${instanceId}`,
    ).toBeGreaterThan(0);
  }
  expect(fewestHealthy(aws, arn, beganAt)).toBeGreaterThanOrEqual(desired);
  for (const { instanceId } of next) expect(aws.targetHealth(arn, instanceId).state).toBe('healthy');

  const client = new Client({ connection: await Connection.connect({ address: inject('temporalAddress') }) });
  onTestFinished(() => client.connection.close());
  for (const { instanceId } of old) {
    expect(aws.targetHealth(arn, instanceId).state, 'no target is left behind').toMatch(/^(unused|draining)$/);
    expect(requestsFor(aws, 'DeregisterTargets', instanceId), `DeregisterTargets of ${instanceId}`).toBe(1);
    const { outcome, drainedSeconds } = await receiptOf(client, instanceId);
    expect(outcome).toBe('drained');
    expect(drainedSeconds).toBeGreaterThanOrEqual(drainSeconds);
  }
  for (const { instanceId } of next) expect(requestsFor(aws, 'DeregisterTargets', instanceId)).toBe(0);
});

async function anAppliance(
  aws: Simulator,
  instanceId: string,
  onTestFinished: TestContext['onTestFinished'],
): Promise<Serving> {
  let onService = (): void => undefined;
  const inService = new Promise<void>((resolve) => (onService = resolve));
  const appliance = await createAppliance(aws, {
    instanceId,
    place,
    temporalAddress: inject('temporalAddress'),
    drainSeconds,
    onLine: (line) => line.includes('"in service"') && onService(),
  });
  onTestFinished(() => appliance.dataplane.stop());
  const agent = await appliance.start();
  onTestFinished(() => void agent.stop(0));
  const ended = agent.exited.then(() => {
    throw new Error(`${agent.name} ended before it was in service:\n${agent.lastLines().join('\n')}`);
  });
  ended.catch(() => undefined);
  await Promise.race([inService, ended]);
  return {
    instanceId,
    leave: async () => {
      agent.kill('SIGTERM');
      const exit = await agent.exited;
      appliance.dataplane.stop();
      return exit;
    },
  };
}

/** The fewest targets that were healthy at the same time, from then on. */
function fewestHealthy({ transitions }: Simulator, arn: string, since: number): number {
  const healthy = new Set<string>();
  let fewest = Infinity;
  const ours = transitions.filter(({ targetGroupArn }) => targetGroupArn === arn);
  for (const { targetId, to, at } of ours) {
    if (at >= since) fewest = Math.min(fewest, healthy.size);
    if (to.state === 'healthy') healthy.add(targetId);
    else healthy.delete(targetId);
  }
  return Math.min(fewest, healthy.size);
}

const requestsFor = (aws: Simulator, action: string, instanceId: string): number =>
  aws.requests(action).filter(({ parameters }) => textsIn(parameters).includes(instanceId)).length;
