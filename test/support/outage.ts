import { Client, Connection } from '@temporalio/client';
import { expect, inject } from 'vitest';
import type { TestContext } from 'vitest';
import { shutdownId } from '../../src/domain/ids.js';
import { aRealInstance } from './agent.js';
import type { RealAgent, RealInstance, RealInstanceOptions } from './agent.js';
import { drainBegins } from './history.js';
import { anOwnTemporal } from './own-temporal.js';
import type { OwnTemporal } from './own-temporal.js';
import { startProxy } from '../../src/chaos/proxy.js';
import type { Proxy } from '../../src/chaos/proxy.js';

/** What the agent says when it goes on by itself, and when it hands over again. */
export const alone = 'leaving without Temporal: deregister, confirm and drain in this process; do not kill it';
export const together = 'Temporal answers again, going on with the shutdown there';

/** Whatever breaks, AWS itself is not what ends a drain here. Its price is a warning in the receipt. */
const delaySeconds = 300;

/** How much longer than asked a drain may last, on a busy machine: less than another one of 8 s. */
export const lateSeconds = 5;

/** From the end of the drain to the agent's last line, on a busy machine: its look for the receipt, and the end of its workers. */
const farewellSeconds = 6;

type InstanceOptions = Pick<RealInstanceOptions, 'drainSeconds' | 'deregistrationDelaySeconds' | 'probe'>;

/** An instance, and the network between it and a Temporal server. */
export interface NetworkStage {
  readonly instance: RealInstance;
  readonly network: Proxy;
  /** Knows the server itself, past that network. */
  readonly client: Client;
}

/** The same with a server of its own, which can break too. */
export interface OutageStage extends NetworkStage {
  readonly temporal: OwnTemporal;
}

/** For a test in which only the network breaks: the server is the one that all tests share. */
export async function aNetworkStage(
  onTestFinished: TestContext['onTestFinished'],
  options: InstanceOptions,
): Promise<NetworkStage> {
  const address = inject('temporalAddress');
  const connection = Connection.lazy({ address });
  onTestFinished(() => connection.close());
  return { client: new Client({ connection }), ...(await behindANetwork(address, onTestFinished, options)) };
}

/** @param options.started false for a server that the test starts later. Default true. */
export async function anOutageStage(
  onTestFinished: TestContext['onTestFinished'],
  { started = true, ...options }: InstanceOptions & { readonly started?: boolean },
): Promise<OutageStage> {
  const temporal = await anOwnTemporal(onTestFinished, { started });
  const { client, address } = temporal;
  return { temporal, client, ...(await behindANetwork(address, onTestFinished, options)) };
}

async function behindANetwork(
  address: string,
  onTestFinished: TestContext['onTestFinished'],
  options: InstanceOptions,
): Promise<Pick<NetworkStage, 'instance' | 'network'>> {
  const network = await startProxy(address);
  onTestFinished(() => network.close());
  const instance = await aRealInstance({
    onTestFinished,
    temporalAddress: network.address,
    deregistrationDelaySeconds: delaySeconds,
    ...options,
  });
  return { instance, network };
}

/** Sends SIGTERM, and resolves once AWS says that the target drains and the agent knows it. */
export async function untilDraining(agent: RealAgent, { instance, client }: NetworkStage): Promise<void> {
  agent.process.kill('SIGTERM');
  await instance.simulator.awaitTargetState(instance.targetGroupArn, instance.instanceId, 'draining');
  await drainBegins(client, client.workflow.getHandle(shutdownId(instance.instanceId)));
}

/**
 * What holds for every way out that was not forced, whatever became of Temporal meanwhile: registered once, deregistered once,
 * and the drain period from there to the end, once.
 *
 * @param heldUpSeconds - what Temporal's own timeouts may add.
 * @returns the agent's last line.
 */
export async function expectOneDrain(
  agent: RealAgent,
  instance: RealInstance,
  drainSeconds: number,
  heldUpSeconds = 0,
): Promise<Record<string, unknown>> {
  const left = await agent.said('out of service');
  expect(left).toMatchObject({ outcome: 'drained', drainPeriodSeconds: drainSeconds });
  expect(left.drainedSeconds, 'I4: never shorter than asked').toBeGreaterThanOrEqual(drainSeconds);
  const atMost = drainSeconds + lateSeconds + heldUpSeconds;
  expect(left.drainedSeconds, 'I4: never again from the start').toBeLessThanOrEqual(atMost);
  expect(await agent.process.exited).toEqual({ code: 0, signal: null });
  expect(instance.requests('RegisterTargets')).toHaveLength(1);
  expect(instance.requests('DeregisterTargets'), 'what is known to be done is not done again').toHaveLength(1);
  expect(await instance.healthAsItDeregistered(), 'I2: 503 first').toEqual([503]);
  const { simulator, instanceId } = instance;
  const began = simulator.transitions.find(({ targetId, to }) => targetId === instanceId && to.state === 'draining');
  const seconds = (Date.parse(String(left.time)) - (began?.at ?? NaN)) / 1_000;
  expect(seconds, 'from DeregisterTargets to the end').toBeLessThanOrEqual(atMost + farewellSeconds);
  return left;
}
