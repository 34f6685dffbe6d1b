import type { DescribeSubnetsCommandInput } from '@aws-sdk/client-ec2';
import { DescribeSubnetsCommand, paginateDescribeSubnets } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { SubnetOptions } from '../../src/simulator/world/network/subnet.js';
import { startAws } from './harness.js';

const vpcId = 'vpc-1';

async function someSubnets(options: Parameters<typeof startAws>[0] = {}) {
  const aws = await startAws(options);
  const aSubnet = (subnet: Partial<SubnetOptions> = {}) => aws.sim.network.createSubnet({ vpcId, ...subnet });
  const ids = async (input: DescribeSubnetsCommandInput) => {
    const { Subnets = [] } = await aws.ec2.send(new DescribeSubnetsCommand(input));
    return Subnets.map(({ SubnetId }) => SubnetId);
  };
  const find = (Name: string, ...Values: string[]) => ids({ Filters: [{ Name, Values }] });
  return { ...aws, aSubnet, ids, find };
}

describe('DescribeSubnets', () => {
  it('tells what a subnet is', async () => {
    const { ec2, aSubnet } = await someSubnets();
    const { subnetId } = aSubnet({
      cidrBlock: '10.0.0.9/24',
      ipv6CidrBlock: '2001:db8::1/64',
      tags: { Name: 'ingress' },
    });
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
    expect(Subnets).toEqual([
      {
        SubnetId: 'subnet-00000000000000001',
        SubnetArn: 'arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-00000000000000001',
        State: 'available',
        OwnerId: '123456789012',
        VpcId: vpcId,
        CidrBlock: '10.0.0.0/24',
        Ipv6CidrBlockAssociationSet: [
          {
            AssociationId: 'subnet-cidr-assoc-00000000000000001',
            Ipv6CidrBlock: '2001:db8::/64',
            Ipv6CidrBlockState: { State: 'associated' },
          },
        ],
        AvailableIpAddressCount: 251,
        AvailabilityZone: 'eu-central-1a',
        DefaultForAz: false,
        MapPublicIpOnLaunch: false,
        MapCustomerOwnedIpOnLaunch: false,
        AssignIpv6AddressOnCreation: false,
        EnableDns64: false,
        Ipv6Native: false,
        Tags: [{ Key: 'Name', Value: 'ingress' }],
      },
    ]);
  });

  it('shows a subnet that is IPv6 only without an IPv4 block', async () => {
    const { ec2, aSubnet } = await someSubnets();
    aSubnet({ ipv6CidrBlock: '2001:db8::/64' });
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
    expect(Subnets?.[0]).toMatchObject({ Ipv6Native: true, AvailableIpAddressCount: 0 });
    expect(Subnets?.[0]).not.toHaveProperty('CidrBlock');
  });

  it('makes up the subnets that instances are in, and counts the addresses that these take until they are terminated', async () => {
    const { sim, ec2, aSubnet, anInstance } = await someSubnets();
    aSubnet();
    aSubnet();
    const { instanceId, nics } = await anInstance({ nics: [{}, {}] });
    const free = async () => {
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
      return Subnets.map(({ SubnetId, AvailableIpAddressCount }) => [SubnetId, AvailableIpAddressCount]);
    };
    expect(await free()).toEqual(nics.map(({ subnetId }) => [subnetId, 65_530]));
    sim.setInstanceState(instanceId, 'stopped');
    expect(await free()).toEqual(nics.map(({ subnetId }) => [subnetId, 65_530]));
    sim.setInstanceState(instanceId, 'terminated');
    expect(await free()).toEqual(nics.map(({ subnetId }) => [subnetId, 65_531]));
  });

  it('finds subnets by each of its filters', async () => {
    const { aSubnet, find } = await someSubnets();
    const { subnetId: ours } = aSubnet({ cidrBlock: '10.1.0.0/24', tags: { 'neuwerk:cluster': 'blue' } });
    const { subnetId: other } = aSubnet({
      vpcId: 'vpc-2',
      availabilityZone: 'eu-central-1b',
      ipv6CidrBlock: '2001:db8::/64',
    });
    expect(await find('vpc-id', vpcId)).toEqual([ours]);
    expect(await find('subnet-id', ours, other)).toEqual([ours, other]);
    for (const name of ['availability-zone', 'availabilityZone']) {
      expect(await find(name, 'eu-central-1b')).toEqual([other]);
    }
    for (const name of ['cidr-block', 'cidr', 'cidrBlock']) expect(await find(name, '10.1.0.0/24')).toEqual([ours]);
    expect(await find('ipv6-cidr-block-association.ipv6-cidr-block', '2001:db8::/64')).toEqual([other]);
    expect(await find('ipv6-native', 'true')).toEqual([other]);
    expect(await find('available-ip-address-count', '251')).toEqual([ours]);
    expect(await find('subnet-arn', `*/${other}`)).toEqual([other]);
    expect(await find('tag:neuwerk:cluster', 'bl*')).toEqual([ours]);
    expect(await find('tag-key', 'neuwerk:cluster')).toEqual([ours]);
    expect(await find('state', 'available')).toEqual([ours, other]);
    for (const name of ['default-for-az', 'defaultForAz']) expect(await find(name, 'true')).toEqual([]);
    expect(await find('owner-id', '123456789012')).toEqual([ours, other]);
  });

  it('hands out pages, of the size that is asked for or forced on it', async () => {
    const { ec2, aSubnet } = await someSubnets();
    const made = Array.from({ length: 7 }, () => aSubnet().subnetId);
    const pages = [];
    for await (const page of paginateDescribeSubnets({ client: ec2, pageSize: 5 }, {})) {
      pages.push(page.Subnets?.map(({ SubnetId }) => SubnetId));
    }
    expect(pages).toEqual([made.slice(0, 5), made.slice(5)]);
    const forced = await someSubnets({ pageSize: 1 });
    forced.aSubnet();
    forced.aSubnet();
    expect(await forced.ids({ MaxResults: 1000 })).toHaveLength(1);
  });

  it.each<[string, DescribeSubnetsCommandInput, string]>([
    ['an id of no subnet', { SubnetIds: ['subnet-0123456789abcdef0'] }, 'InvalidSubnetID.NotFound'],
    ['an id that is none', { SubnetIds: ['vpc-12345678'] }, 'InvalidSubnetID.Malformed'],
    ['a filter that is none', { Filters: [{ Name: 'colour', Values: ['blue'] }] }, 'InvalidParameterValue'],
    ['a page that is too small', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['a page that is too large', { MaxResults: 1001 }, 'InvalidParameterValue'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidParameterValue'],
    ['ids together with a page size', { SubnetIds: ['subnet-1'], MaxResults: 5 }, 'InvalidParameterCombination'],
  ])('refuses %s', async (_what, input, name) => {
    const { ids } = await someSubnets();
    await expect(ids(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});

describe('a subnet', () => {
  it.each([
    ['an id that is taken', { subnetId: 'subnet-1' }, 'subnet subnet-1 exists already'],
    ['a block that is none', { cidrBlock: '10.0.0.0' }, 'expected an IPv4 CIDR block, found \\"10.0.0.0\\"'],
    ['an IPv6 block as an IPv4 block', { cidrBlock: '::/64' }, 'expected an IPv4 CIDR block'],
  ])('cannot be made with %s', async (_what, options, message) => {
    const { aSubnet } = await someSubnets();
    aSubnet({ subnetId: 'subnet-1' });
    expect(() => aSubnet(options)).toThrow(message);
  });
});
