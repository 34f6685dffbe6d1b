import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import type { RouteTableOptions } from '../../src/simulator/world/network/route-table.js';
import { CommandRun } from '../support/cli.js';

const vpcId = 'vpc-1';
const tags = { 'neuwerk:cluster': 'fw-prod' };
const eniId = 'eni-0000000000000000a';
const nats = [{ destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-0000000000000000b' }];

interface Scene {
  readonly table?: Partial<RouteTableOptions> | 'none';
  readonly description?: string;
  readonly options?: SimulatorOptions;
}

/** A simulated AWS over HTTP with an appliance that is this machine: its ingress interface has the address of the loopback. */
async function aScene({ table = {}, description = 'ingress', options = {} }: Scene = {}) {
  const sim = await startSimulator(options);
  onTestFinished(() => sim.close());
  sim.network.createSubnet({ subnetId: 'subnet-ingress', vpcId });
  if (table !== 'none') sim.network.createRouteTable({ vpcId, tags, subnetIds: ['subnet-ingress'], ...table });
  const ingress = { interfaceId: eniId, description, subnetId: 'subnet-ingress', privateIp: '127.0.0.1' };
  const { instanceId } = await sim.createInstance({ vpcId, tags, probe: 'healthy', nics: [ingress] });
  await sim.createInstance({ vpcId, tags, probe: 'healthy', nics: [{ privateIp: '10.0.0.9' }] });
  await sim.createInstance({ vpcId: 'vpc-2', tags, probe: 'healthy' });
  const legacy = (...args: string[]) => new CommandRun(['legacy', ...args], sim.environment(instanceId));
  const route = () => {
    const [first] = sim.network.routeTables.values();
    return first?.routes.find(({ destination }) => destination.value === '0.0.0.0/0')?.target.id;
  };
  const changes = () => [...sim.requests('CreateRoute'), ...sim.requests('ReplaceRoute')].length;
  return { sim, instanceId, legacy, route, changes };
}

const deprecated = /^drawbridge: legacy is deprecated: .*; use drawbridge agent\n$/;

describe('drawbridge legacy reconcile', () => {
  it('creates the default route, leaves it alone when it is right, and puts it right again', async () => {
    const { legacy, route, changes, sim } = await aScene({ options: { pageSize: 1 } });
    const reconcile = () => legacy('reconcile', '--coordinator', 'yes').ended;
    expect(await reconcile()).toEqual({
      code: 0,
      out: `route 0.0.0.0/0 of rtb-00000000000000001 leads to ${eniId} now\n`,
      err: expect.stringMatching(deprecated) as string,
    });
    expect(route()).toBe(eniId);
    expect(await reconcile()).toMatchObject({ code: 0, out: expect.stringContaining('already') as string });
    expect(changes()).toBe(1);
    const [table] = sim.network.routeTables.values();
    const elsewhere = table?.routes.find(({ destination }) => destination.value === '0.0.0.0/0');
    if (table === undefined || elsewhere === undefined) throw new Error('found no route, expected the one just made');
    sim.network.putRoute(table, { ...elsewhere, target: { kind: 'gatewayId', id: 'igw-1' } });
    expect(await reconcile()).toMatchObject({ code: 0, out: expect.stringContaining('before to igw-1') as string });
    expect(route()).toBe(eniId);
  });

  it('says with --dry-run what it would change, and changes nothing', async () => {
    const { legacy, route, changes } = await aScene({ table: { routes: nats } });
    const { code, out } = await legacy('reconcile', '--coordinator', 'yes', '--dry-run').ended;
    expect(code).toBe(0);
    expect(out).toBe(
      `would replace route 0.0.0.0/0 of rtb-00000000000000001: to ${eniId}, away from nat-0000000000000000b\n`,
    );
    expect(route()).toBe('nat-0000000000000000b');
    expect(changes()).toBe(0);
  });

  it('asks AWS nothing where it is not the coordinator', async () => {
    const { legacy, sim } = await aScene();
    const { code, out } = await legacy('reconcile', '--coordinator', 'no', '--json').ended;
    expect({ code, out }).toEqual({ code: 0, out: '{"change":null}\n' });
    expect(sim.requests('DescribeInstances')).toEqual([]);
    expect(sim.requests('DescribeRouteTables')).toEqual([]);
  });

  it('tries again, in one layer, what AWS throttles', async () => {
    const { legacy, sim, route } = await aScene();
    sim.addFault({ kind: 'error', code: 'RequestLimitExceeded', action: 'CreateRoute', count: 1 });
    expect(await legacy('reconcile', '--coordinator', 'yes').ended).toMatchObject({ code: 0 });
    expect(sim.requests('CreateRoute')).toHaveLength(2);
    expect(route()).toBe(eniId);
  });

  it('mends with --every what somebody changes later, until it is told to end', async () => {
    const { legacy, sim, route } = await aScene();
    const run = legacy('reconcile', '--coordinator', 'yes', '--every', '1s');
    await run.says(/ leads to eni-0000000000000000a now\n/);
    const [table] = sim.network.routeTables.values();
    const ours = table?.routes.find(({ destination }) => destination.value === '0.0.0.0/0');
    if (table === undefined || ours === undefined) throw new Error('found no route, expected the one just made');
    sim.network.putRoute(table, { ...ours, target: { kind: 'gatewayId', id: 'igw-1' } });
    await run.says(/before to igw-1/);
    expect(route()).toBe(eniId);
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 0 });
  });

  it.each<[string, Scene, RegExp]>([
    ['no table of the cluster', { table: 'none' }, /could not find neuwerk route tables: none with tag/],
    ['no table of the ingress subnet', { table: { subnetIds: [], main: true } }, /is associated with subnet-ingress/],
    ['no ingress interface', { description: 'primary' }, /no network interface with the description ingress/],
  ])('fails with exit code 1 and says so: %s', async (_, scene, said) => {
    const { legacy, changes } = await aScene(scene);
    const { code, err, out } = await legacy('reconcile', '--coordinator', 'yes').ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(said);
    expect(changes()).toBe(0);
  });
});

describe('drawbridge legacy apply', () => {
  it('writes what the controller has to know, and sets the route on the coordinator', async () => {
    const { legacy, route, instanceId } = await aScene({ table: { routes: nats } });
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-legacy-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'controller.json');
    const args = ['--coordinator', 'yes', '--controller-config', file, '--egress-device', 'ens7', '--json'];
    const { code, out } = await legacy('apply', ...args).ended;
    expect(code).toBe(0);
    const { discovery, config, change } = JSON.parse(out) as Record<string, unknown>;
    const lo = { deviceName: 'lo', eniId, primaryAddress: '127.0.0.1' };
    expect(discovery).toMatchObject({ clusterName: 'fw-prod', instanceId, ingressInterface: lo, peers: ['10.0.0.9'] });
    expect(config).toEqual({
      clusterName: 'fw-prod',
      instanceId,
      ingressDevice: 'lo',
      egressDevice: 'ens7',
      managementAddress: '127.0.0.1',
      ingressAddress: '127.0.0.1',
      dnsListener: '127.0.0.1:53',
      peers: ['10.0.0.9'],
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(config);
    expect(change).toMatchObject({ action: 'replace', from: 'nat-0000000000000000b', to: eniId });
    expect(route()).toBe(eniId);
  });

  it('is read at 80 columns', async () => {
    const { legacy, changes } = await aScene();
    const { out } = await legacy('apply', '--coordinator', 'no').ended;
    expect(out).toMatch(/^i-\w+, cluster fw-prod\n {2}ingress {5}deviceName=lo addr=127\.0\.0\.1 eniid=eni-/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(changes()).toBe(0);
  });

  it.each([
    [['apply'], '--coordinator: found nothing, expected yes on one instance of the cluster, no on the others'],
    [['reconcile', '--coordinator', 'maybe'], '--coordinator: found maybe, expected yes'],
    [['apply', '--coordinator', 'no', '--every', '5s'], '--every: found with apply, expected with reconcile only'],
    [['reconcile', '--coordinator', 'no', '--every', 'soon'], '--every: found "soon", expected a time from 1s to 24h'],
    [['aply'], 'did you mean apply?'],
  ])('refuses with exit code 2 what cannot be meant: %s', async (args, said) => {
    const { code, err } = await new CommandRun(['legacy', ...args], {}).ended;
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
