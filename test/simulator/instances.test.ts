import { DescribeInstancesCommand, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { DescribeInstancesCommandInput, DescribeInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

const idsOf = ({ Reservations = [] }: DescribeInstancesCommandOutput) =>
  Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));

describe('DescribeInstances', () => {
  it('tells what an instance is', async () => {
    const { ec2, anInstance } = await startAws();
    const { instanceId, privateIp, nics } = await anInstance({ tags: { Name: '<fw> & "friends"' }, nics: [{}, {}] });
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
      InstanceId: instanceId,
      PrivateIpAddress: privateIp,
      VpcId: 'vpc-1',
      State: { Code: 16, Name: 'running' },
      Placement: { AvailabilityZone: 'eu-central-1a' },
      Tags: [{ Key: 'Name', Value: '<fw> & "friends"' }],
      NetworkInterfaces: nics.map(({ mac, deviceNumber }) => ({
        MacAddress: mac,
        Attachment: { DeviceIndex: deviceNumber },
      })),
    });
  });

  it('finds instances by all of its filters, each by any of its values', async () => {
    const { ec2, anInstance, sim } = await startAws();
    const cluster = { 'neuwerk:cluster': 'blue' };
    const { instanceId: ours } = await anInstance({ tags: cluster });
    const { instanceId: starting } = await anInstance({ tags: cluster, state: 'pending' });
    const { instanceId: stopped } = await anInstance({ tags: cluster });
    sim.setInstanceState(stopped, 'stopped');
    await anInstance({ tags: { 'neuwerk:cluster': 'green' } });
    await anInstance({ tags: cluster, vpcId: 'vpc-2' });
    const find = async (states: string[]) => {
      const Filters = [
        { Name: 'vpc-id', Values: ['vpc-1'] },
        { Name: 'tag:neuwerk:cluster', Values: ['blue'] },
        { Name: 'instance-state-name', Values: states },
      ];
      return idsOf(await ec2.send(new DescribeInstancesCommand({ Filters })));
    };
    expect(await find(['running'])).toEqual([ours]);
    expect(await find(['running', 'pending'])).toEqual([ours, starting]);
    expect(await find(['*'])).toEqual([ours, starting, stopped]);
    expect(await find(['?unning'])).toEqual([ours]);
    expect(await find([])).toEqual([]);
  });

  it('hands out pages of the size that is forced on it, and no empty last one', async () => {
    const { ec2, anInstance } = await startAws({ pageSize: 2 });
    const made = [];
    for (let count = 0; count < 4; count++) made.push((await anInstance()).instanceId);
    const pages = [];
    for await (const page of paginateDescribeInstances({ client: ec2 }, {})) pages.push(idsOf(page));
    expect(pages).toEqual([made.slice(0, 2), made.slice(2)]);
  });

  it.each<[string, DescribeInstancesCommandInput, string]>([
    ['an id of no instance', { InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceID.NotFound'],
    ['an id that is none', { InstanceIds: ['firewall'] }, 'InvalidInstanceID.Malformed'],
    ['a filter that is none', { Filters: [{ Name: 'colour', Values: ['blue'] }] }, 'InvalidParameterValue'],
    ['a page that is too small', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidParameterValue'],
    ['ids together with a page size', { InstanceIds: ['i-1'], MaxResults: 5 }, 'InvalidParameterCombination'],
  ])('refuses %s', async (_what, input, name) => {
    const { ec2 } = await startAws();
    await expect(ec2.send(new DescribeInstancesCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('shows a terminated instance without its addresses', async () => {
    const { ec2, anInstance } = await startAws();
    await anInstance({ state: 'terminated' });
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    const instance = Reservations?.[0]?.Instances?.[0];
    expect(instance?.State?.Name).toBe('terminated');
    expect(instance).not.toHaveProperty('PrivateIpAddress');
    expect(instance?.NetworkInterfaces).toEqual([]);
  });
});

describe('an instance', () => {
  it('whose metadata port is taken is not made, and can be made again with another', async () => {
    const { sim, anInstance } = await startAws();
    const imdsPort = Number(new URL(sim.endpoint).port);
    const instanceId = 'i-0123456789abcdef0';
    await expect(anInstance({ instanceId, imdsPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(sim.instances).toEqual([]);
    expect((await anInstance({ instanceId })).instanceId).toBe(instanceId);
  });
});
