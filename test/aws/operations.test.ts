import { describe, expect, it, onTestFinished } from 'vitest';
import { connectAws } from '../../src/aws/clients.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';

const { signal } = new AbortController();
const vpcId = 'vpc-1';

/** A simulated AWS that hands out a few things at a time, and ours of it. */
async function anAws(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ throttling: 'off', pageSize: 2, ...options });
  onTestFinished(() => simulator.close());
  const before = { ...process.env };
  onTestFinished(() => void Object.assign(process.env, before));
  Object.assign(process.env, simulator.environment());
  return { simulator, aws: connectAws(simulator.region) };
}

describe('instances', () => {
  it('are described over all pages, by id; those that EC2 does not know are left out, those that are gone have lost their addresses', async () => {
    const { simulator, aws } = await anAws();
    const made = await Promise.all(
      Array.from({ length: 5 }, () => simulator.createInstance({ vpcId, probe: 'healthy' })),
    );
    const ids = made.map(({ instanceId }) => instanceId);
    const [first, second = ''] = ids;
    simulator.setInstanceState(second, 'terminated');
    const found = await aws.instances.describe({ instanceIds: [...ids, 'i-0000000000000000f'] }, signal);
    expect(found.map(({ instanceId }) => instanceId).sort()).toEqual([...ids].sort());
    const byId = new Map(found.map((each) => [each.instanceId, each]));
    expect(byId.get(first ?? '')).toMatchObject({
      state: 'running',
      vpcId,
      privateIp: made[0]?.privateIp,
      addresses: [made[0]?.privateIp],
    });
    expect(byId.get(second)).toMatchObject({ state: 'terminated', privateIp: null, vpcId: null, addresses: [] });
  });

  it('are found by the addresses of any of their interfaces, in their own VPC', async () => {
    const { simulator, aws } = await anAws();
    const nics = [
      { deviceNumber: 0, privateIp: '10.0.0.10' },
      { deviceNumber: 1, privateIp: '10.0.1.10' },
    ];
    const one = await simulator.createInstance({ vpcId, probe: 'healthy', nics });
    await simulator.createInstance({ vpcId: 'vpc-2', probe: 'healthy', nics });
    const found = await aws.instances.describe({ addresses: ['10.0.1.10', '10.9.9.9'], vpcId }, signal);
    expect(found).toMatchObject([{ instanceId: one.instanceId, privateIp: '10.0.0.10' }]);
  });

  it('are asked for 200 at a time, and not at all where there are none', async () => {
    const { simulator, aws } = await anAws();
    const ids = Array.from({ length: 201 }, (_, at) => `i-${at.toString(16).padStart(17, '0')}`);
    expect(await aws.instances.describe({ instanceIds: ids }, signal)).toEqual([]);
    expect(simulator.requests('DescribeInstances')).toHaveLength(2);
    expect(await aws.instances.describe({ instanceIds: [] }, signal)).toEqual([]);
    expect(simulator.requests('DescribeInstances')).toHaveLength(2);
  });
});

describe('target groups', () => {
  it('are listed over all pages, those that speak GENEVE', async () => {
    const { simulator, aws } = await anAws();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const made = names.map((name) => simulator.createTargetGroup({ name, vpcId }));
    simulator.createTargetGroup({ name: 'web', vpcId, protocol: 'TCP', port: 80 });
    expect((await aws.targetGroups.listGeneve(signal)).map(({ arn }) => arn).sort()).toEqual(
      made.map(({ arn }) => arn).sort(),
    );
  });
});

describe('remote commands', () => {
  it('run by AWS-RunShellScript within their time, are found by their comment over all pages, and tell how they ended', async () => {
    const { simulator, aws } = await anAws();
    const { instanceId } = await simulator.createInstance({ vpcId, probe: 'healthy' });
    simulator.commands.script({ match: 'fail', stdout: 'out\n', stderr: 'err\n', exitCode: 7 });
    const send = (script: string, comment: string) =>
      aws.commands.send({ instanceId, script, comment, timeoutSeconds: 5 }, signal);
    const commandId = await send('fail', 'drawbridge mark');
    for (const at of [1, 2, 3, 4, 5]) await send('true', `drawbridge other ${at}`);
    const [sent] = simulator.requests('SendCommand');
    expect(sent?.parameters).toMatchObject({
      DocumentName: 'AWS-RunShellScript',
      TimeoutSeconds: 30,
      Parameters: { commands: ['fail'], executionTimeout: ['5'] },
    });
    await expect
      .poll(() => aws.commands.findByComment({ instanceId, comment: 'drawbridge mark', after: Date.now() }, signal))
      .toBe(commandId);
    const none = { instanceId, comment: 'drawbridge none', after: Date.now() };
    expect(await aws.commands.findByComment(none, signal)).toBeUndefined();
    await expect
      .poll(() => aws.commands.invocation(commandId, instanceId, signal))
      .toMatchObject({
        status: 'Failed',
        exitCode: 7,
        stdout: 'out\n',
        stderr: expect.stringContaining('err\n') as string,
      });
  });

  it('that are not listed yet are undefined, and cancelling is safe to repeat', async () => {
    const { simulator, aws } = await anAws();
    const { instanceId } = await simulator.createInstance({ vpcId, probe: 'healthy' });
    const unknown = '00000000-0000-4000-8000-00000000ffff';
    expect(await aws.commands.invocation(unknown, instanceId, signal)).toBeUndefined();
    simulator.commands.script({ match: 'slow', seconds: 600 });
    const commandId = await aws.commands.send(
      { instanceId, script: 'slow', comment: 'c', timeoutSeconds: 700 },
      signal,
    );
    await aws.commands.cancel(commandId, instanceId, signal);
    await aws.commands.cancel(commandId, instanceId, signal);
    await expect
      .poll(() => aws.commands.invocation(commandId, instanceId, signal), { timeout: 10_000 })
      .toMatchObject({ status: 'Cancelled' });
  });
});
