import type { DescribeNetworkInterfacesCommandInput } from '@aws-sdk/client-ec2';
import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

async function someInterfaces() {
  const aws = await startAws();
  const ids = async (input: DescribeNetworkInterfacesCommandInput) => {
    const { NetworkInterfaces = [] } = await aws.ec2.send(new DescribeNetworkInterfacesCommand(input));
    return NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId);
  };
  const find = (Name: string, ...Values: string[]) => ids({ Filters: [{ Name, Values }] });
  return { ...aws, ids, find };
}

const appliance = { nics: [{ description: 'management' }, { description: 'ingress', tags: { role: 'ingress' } }] };

describe('DescribeNetworkInterfaces', () => {
  it('tells what an interface is, and what it is attached to', async () => {
    const { ec2, clock, anInstance } = await someInterfaces();
    const { instanceId, nics } = await anInstance(appliance);
    const [, ingress] = nics;
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [ingress?.interfaceId ?? ''] }),
    );
    expect(NetworkInterfaces).toEqual([
      {
        NetworkInterfaceId: ingress?.interfaceId,
        SubnetId: ingress?.subnetId,
        VpcId: 'vpc-1',
        AvailabilityZone: 'eu-central-1a',
        Description: 'ingress',
        OwnerId: '123456789012',
        RequesterManaged: false,
        Status: 'in-use',
        MacAddress: ingress?.mac,
        PrivateIpAddress: '10.1.0.4',
        PrivateIpAddresses: [{ PrivateIpAddress: '10.1.0.4', Primary: true }],
        Groups: [{ GroupId: 'sg-00000000000000001', GroupName: 'default' }],
        Attachment: {
          AttachmentId: ingress?.interfaceId.replace('eni-', 'eni-attach-'),
          InstanceId: instanceId,
          InstanceOwnerId: '123456789012',
          DeviceIndex: 1,
          Status: 'attached',
          AttachTime: new Date(clock.now()),
          DeleteOnTermination: true,
        },
        InterfaceType: 'interface',
        TagSet: [{ Key: 'role', Value: 'ingress' }],
      },
    ]);
  });

  it('finds interfaces by each of its filters', async () => {
    const { anInstance, find } = await someInterfaces();
    const { instanceId, nics } = await anInstance(appliance);
    const [management, ingress] = nics.map(({ interfaceId }) => interfaceId);
    const { nics: elsewhere } = await anInstance({ vpcId: 'vpc-2', availabilityZone: 'eu-central-1b' });
    const other = elsewhere[0]?.interfaceId;
    expect(await find('attachment.instance-id', instanceId)).toEqual([management, ingress]);
    expect(await find('attachment.attachment-id', 'eni-attach-*')).toEqual([management, ingress, other]);
    expect(await find('attachment.device-index', '1')).toEqual([ingress]);
    expect(await find('attachment.status', 'attached')).toEqual([management, ingress, other]);
    expect(await find('attachment.instance-owner-id', '123456789012')).toEqual([management, ingress, other]);
    expect(await find('availability-zone', 'eu-central-1b')).toEqual([other]);
    expect(await find('vpc-id', 'vpc-2')).toEqual([other]);
    expect(await find('subnet-id', 'subnet-00000000000000002')).toEqual([ingress]);
    expect(await find('description', 'ingress', 'egress')).toEqual([ingress]);
    expect(await find('network-interface-id', ingress ?? '')).toEqual([ingress]);
    for (const name of ['private-ip-address', 'addresses.private-ip-address']) {
      expect(await find(name, '10.1.0.4')).toEqual([ingress]);
    }
    expect(await find('mac-address', nics[0]?.mac ?? '')).toEqual([management]);
    expect(await find('addresses.primary', 'false')).toEqual([]);
    expect(await find('interface-type', 'interface')).toEqual([management, ingress, other]);
    expect(await find('status', 'available')).toEqual([]);
    expect(await find('owner-id', '123456789012')).toEqual([management, ingress, other]);
    expect(await find('tag:role', 'ingress')).toEqual([ingress]);
    expect(await find('tag-key', 'role')).toEqual([ingress]);
  });

  it('shows interfaces of a stopped instance, and none of a terminated one', async () => {
    const { sim, anInstance, ids } = await someInterfaces();
    const { instanceId, nics } = await anInstance();
    const interfaceId = nics[0]?.interfaceId ?? '';
    sim.setInstanceState(instanceId, 'stopped');
    expect(await ids({})).toEqual([interfaceId]);
    sim.setInstanceState(instanceId, 'terminated');
    expect(await ids({})).toEqual([]);
    await expect(ids({ NetworkInterfaceIds: [interfaceId] })).rejects.toMatchObject({
      name: 'InvalidNetworkInterfaceID.NotFound',
      message: `The networkInterface ID '${interfaceId}' does not exist`,
    });
  });

  it('shows an interface for as long as reads lag', async () => {
    const { sim, clock, anInstance, ids } = await someInterfaces();
    const { instanceId, nics } = await anInstance();
    await clock.advance(60_000);
    sim.setInstanceState(instanceId, 'terminated');
    sim.addFault({ kind: 'staleRead', action: 'DescribeNetworkInterfaces', seconds: 10 });
    await clock.advance(9_000);
    expect(await ids({})).toEqual([nics[0]?.interfaceId]);
    await clock.advance(1_000);
    expect(await ids({})).toEqual([]);
  });

  it('hands out pages', async () => {
    const { ec2, anInstance } = await someInterfaces();
    const { nics } = await anInstance({ nics: [{}, {}, {}, {}, {}, {}] });
    const made = nics.map(({ interfaceId }) => interfaceId);
    const pages = [];
    for await (const page of paginateDescribeNetworkInterfaces({ client: ec2, pageSize: 5 }, {})) {
      pages.push(page.NetworkInterfaces?.map(({ NetworkInterfaceId }) => NetworkInterfaceId));
    }
    expect(pages).toEqual([made.slice(0, 5), made.slice(5)]);
  });

  it.each<[string, DescribeNetworkInterfacesCommandInput, string]>([
    ['an id of none', { NetworkInterfaceIds: ['eni-0123456789abcdef0'] }, 'InvalidNetworkInterfaceID.NotFound'],
    ['an id that is none', { NetworkInterfaceIds: ['eth0'] }, 'InvalidNetworkInterfaceId.Malformed'],
    ['a filter that is none', { Filters: [{ Name: 'colour', Values: ['blue'] }] }, 'InvalidParameterValue'],
    ['a page that is too small', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['a page that is too large', { MaxResults: 1001 }, 'InvalidParameterValue'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidParameterValue'],
    ['ids and a page size', { NetworkInterfaceIds: ['eni-1'], MaxResults: 5 }, 'InvalidParameterCombination'],
  ])('refuses %s', async (_what, input, name) => {
    const { ids } = await someInterfaces();
    await expect(ids(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});

describe('DescribeInstances', () => {
  it('shows each interface with its description and its addresses', async () => {
    const { ec2, anInstance } = await someInterfaces();
    await anInstance({ nics: [{}, { description: 'egress' }] });
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces).toMatchObject([
      { Description: '', PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.4', Primary: true }] },
      { Description: 'egress', PrivateIpAddresses: [{ PrivateIpAddress: '10.1.0.4', Primary: true }] },
    ]);
  });
});
