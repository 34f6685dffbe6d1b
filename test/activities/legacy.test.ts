import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createLegacyActivities } from '../../src/activities/index.js';
import { applyLegacy, discoverCluster, reconcileCoordinator } from '../../src/activities/legacy.js';
import type { LegacyHost } from '../../src/activities/legacy.js';
import { anAttempt } from '../support/attempt.js';
import { anInstance } from '../support/fake-host.js';
import { aFakeNetwork } from '../support/fake-network.js';
import type { FakeNetworkOptions } from '../support/fake-network.js';

const { instanceId, vpcId, privateIp } = anInstance();
const cluster = 'fw-prod';
const nic = { eniId: 'eni-1', description: 'ingress', privateIp, subnetId: 'subnet-1' };
const instances = [{ instanceId, interfaces: [nic] }];
const aTable = (target?: string) => ({
  routeTableId: 'rtb-1',
  subnetIds: ['subnet-1'],
  routes: target === undefined ? [] : [{ destination: '0.0.0.0/0', target, isPropagated: false }],
});
const given = { ingressDevice: 'eth0', egressDevice: 'eth1', managementAddress: '127.0.0.1', peers: [] };

function aCluster(options: FakeNetworkOptions = {}, tags: readonly string[] = []) {
  const host: LegacyHost = {
    identity: () => Promise.resolve(anInstance()),
    hasTag: (key) => Promise.resolve(tags.includes(key)),
    tunnelFacts: () =>
      Promise.resolve({ links: [{ name: 'ens5', isTun: false, addresses: [privateIp] }], geneveListener: false }),
  };
  return { host, network: aFakeNetwork({ instances, tables: [aTable('igw-1')], ...options }) };
}

describe('discovering the cluster', () => {
  it('asks for its own cluster in its own VPC only, and changes nothing', async () => {
    const dependencies = aCluster({}, ['neuwerk:leader']);
    expect(await discoverCluster(dependencies, { cluster }, anAttempt())).toMatchObject({ isLeader: true, peers: [] });
    expect(dependencies.network.reads).toEqual([`instances of ${cluster} in ${vpcId}`]);
    expect(dependencies.network.changes).toEqual([]);
  });
});

describe('the coordinator', () => {
  const reconcile = (dependencies: ReturnType<typeof aCluster>, input: object = {}) =>
    reconcileCoordinator(dependencies, { cluster, isCoordinator: true, ...input }, anAttempt());

  it('leads the route to its ingress interface', async () => {
    const dependencies = aCluster();
    const change = { action: 'replace', routeTableId: 'rtb-1', destination: '0.0.0.0/0', to: 'eni-1' };
    expect(await reconcile(dependencies)).toEqual({ ...change, from: 'igw-1' });
    expect(dependencies.network.changes).toEqual([change]);
  });

  it('sends nothing where the route leads there already', async () => {
    const dependencies = aCluster({ tables: [aTable('eni-1')] });
    expect(await reconcile(dependencies)).toMatchObject({ action: 'keep' });
    expect(dependencies.network.changes).toEqual([]);
  });

  it('says what it would do, in a dry run, and does not do it', async () => {
    const dependencies = aCluster();
    expect(await reconcile(dependencies, { dryRun: true })).toMatchObject({ action: 'replace', from: 'igw-1' });
    expect(dependencies.network.changes).toEqual([]);
  });

  it('does nothing, and asks for nothing, where it is none', async () => {
    const dependencies = aCluster();
    expect(await reconcile(dependencies, { isCoordinator: false })).toBeNull();
    expect(dependencies.network.reads).toEqual([]);
    expect(dependencies.network.changes).toEqual([]);
  });

  it('is not who carries the leader tag: that one alone changes nothing', async () => {
    const dependencies = aCluster({}, ['neuwerk:leader']);
    expect(await reconcile(dependencies, { isCoordinator: false })).toBeNull();
    expect(dependencies.network.changes).toEqual([]);
  });

  it.each([
    ['replace', 'igw-1', 'there is none any more'],
    ['create', undefined, 'there is one by now'],
  ])('looks again where somebody else changed the table meanwhile: %s', async (action, target, found) => {
    const dependencies = aCluster({ takes: false, tables: [aTable(target)] });
    await expect(reconcile(dependencies)).rejects.toMatchObject({
      type: 'RouteTableChanged',
      final: false,
      message: `route table rtb-1: could not ${action} the route 0.0.0.0/0: ${found}; somebody else changed it`,
    });
  });
});

describe('applying the route mode', () => {
  it('tells the config, and sets the route only on the coordinator', async () => {
    const dependencies = aCluster();
    const apply = (isCoordinator: boolean) => applyLegacy(dependencies, { cluster, isCoordinator, given }, anAttempt());
    expect(await apply(false)).toMatchObject({ config: { ingressDevice: 'ens5', egressDevice: 'eth1' }, change: null });
    expect(dependencies.network.changes).toEqual([]);
    expect(await apply(true)).toMatchObject({ change: { action: 'replace' } });
    expect(dependencies.network.changes).toHaveLength(1);
  });

  it('fails by name where the ingress interface is missing, whoever coordinates', async () => {
    const dependencies = aCluster({ instances: [] });
    const apply = applyLegacy(dependencies, { cluster, isCoordinator: false, given }, anAttempt());
    await expect(apply).rejects.toMatchObject({ type: 'InterfaceNotFound' });
  });
});

describe('the activities of the route mode', () => {
  it('are the same steps, with the failures of all others', async () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is tested as long as it is there
    const activities = createLegacyActivities(aCluster({ tables: [] }));
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => undefined) });
    const running = environment.run(activities.reconcileCoordinator, { cluster, isCoordinator: true });
    await expect(running).rejects.toMatchObject({ type: 'RouteTableNotFound', nonRetryable: true });
    expect(await environment.run(activities.reconcileCoordinator, { cluster, isCoordinator: false })).toBeNull();
  });
});
