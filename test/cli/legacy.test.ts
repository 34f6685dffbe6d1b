import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandRun } from '../support/cli.js';
import { aRouteMode, eniId, nats } from '../support/route-mode.js';
import type { RouteModeOptions } from '../support/route-mode.js';

const aScene = (options?: RouteModeOptions) => aRouteMode(onTestFinished, options);

const deprecated = /^drawbridge: legacy is deprecated: .*; use drawbridge agent\n$/;

describe('drawbridge legacy reconcile', () => {
  it('creates the default route, leaves it alone when it is right, and puts it right again', async () => {
    const { legacy, route, changes, takeAway } = await aScene({ options: { pageSize: 1 } });
    const reconcile = () => legacy('reconcile', '--coordinator', 'yes').ended;
    expect(await reconcile()).toEqual({
      code: 0,
      out: `route 0.0.0.0/0 of rtb-00000000000000001 leads to ${eniId} now\n`,
      err: expect.stringMatching(deprecated) as string,
    });
    expect(route()).toBe(eniId);
    expect(await reconcile()).toMatchObject({ code: 0, out: expect.stringContaining('already') as string });
    expect(changes()).toBe(1);
    takeAway();
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
    const { legacy, simulator } = await aScene();
    const { code, out } = await legacy('reconcile', '--coordinator', 'no', '--json').ended;
    expect({ code, out }).toEqual({ code: 0, out: '{"change":null}\n' });
    expect(simulator.requests('DescribeInstances')).toEqual([]);
    expect(simulator.requests('DescribeRouteTables')).toEqual([]);
  });

  it('tries again, in one layer, what AWS throttles', async () => {
    const { legacy, simulator, route } = await aScene();
    simulator.addFault({ kind: 'error', code: 'RequestLimitExceeded', action: 'CreateRoute', count: 1 });
    expect(await legacy('reconcile', '--coordinator', 'yes').ended).toMatchObject({ code: 0 });
    expect(simulator.requests('CreateRoute')).toHaveLength(2);
    expect(route()).toBe(eniId);
  });

  it('mends with --every what somebody changes later, until it is told to end', async () => {
    const { legacy, takeAway, route } = await aScene();
    const run = legacy('reconcile', '--coordinator', 'yes', '--every', '1s');
    await run.says(/ leads to eni-0000000000000000a now\n/);
    takeAway();
    await run.says(/before to igw-1/);
    expect(route()).toBe(eniId);
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 0 });
  });

  it('ends as told also while AWS keeps it waiting', async () => {
    const { legacy, simulator, changes } = await aScene();
    simulator.addFault({ kind: 'error', code: 'RequestLimitExceeded', action: 'DescribeRouteTables' });
    const run = legacy('reconcile', '--coordinator', 'yes', '--every', '1s');
    await simulator.nextRequest('DescribeRouteTables');
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 0, out: '', err: expect.stringMatching(deprecated) as string });
    expect(changes()).toBe(0);
  });

  it.each<[string, RouteModeOptions, RegExp]>([
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
