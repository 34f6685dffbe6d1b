import type { DescribeRouteTablesCommandInput } from '@aws-sdk/client-ec2';
import { DescribeRouteTablesCommand, paginateDescribeRouteTables } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import type { RouteTableOptions } from '../../src/simulator/world/network/route-table.js';
import { startAws } from './harness.js';

const vpcId = 'vpc-1';
const second = 1000;

async function someTables(options: SimulatorOptions = {}) {
  const aws = await startAws(options);
  const aTable = (table: Partial<RouteTableOptions> = {}) => aws.sim.network.createRouteTable({ vpcId, ...table });
  const aSubnet = (subnetId: string, vpc = vpcId) => aws.sim.network.createSubnet({ subnetId, vpcId: vpc });
  const list = async (input: DescribeRouteTablesCommandInput = {}) =>
    (await aws.ec2.send(new DescribeRouteTablesCommand(input))).RouteTables ?? [];
  const ids = async (input: DescribeRouteTablesCommandInput) =>
    (await list(input)).map(({ RouteTableId }) => RouteTableId);
  const find = (Name: string, ...Values: string[]) => ids({ Filters: [{ Name, Values }] });
  /** The last route of the first table. */
  const route = async () => (await list())[0]?.Routes?.at(-1);
  return { ...aws, aTable, aSubnet, list, ids, find, route };
}

describe('DescribeRouteTables', () => {
  it('tells what a table is, and what it is for', async () => {
    const { aTable, aSubnet, list } = await someTables();
    aSubnet('subnet-a');
    aSubnet('subnet-b');
    aTable({ main: true });
    aTable({ subnetIds: ['subnet-a', 'subnet-b'], tags: { 'neuwerk:cluster': 'blue' } });
    const association = (number: string, about: object) => ({
      RouteTableAssociationId: `rtbassoc-0000000000000${number}`,
      AssociationState: { State: 'associated' },
      ...about,
    });
    const local = {
      DestinationCidrBlock: '10.0.0.0/16',
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    };
    const common = { VpcId: vpcId, OwnerId: '123456789012', Routes: [local], PropagatingVgws: [] };
    const [main, second] = ['rtb-00000000000000001', 'rtb-00000000000000002'];
    expect(await list()).toEqual([
      {
        ...common,
        RouteTableId: main,
        Associations: [association('1000', { RouteTableId: main, Main: true })],
        Tags: [],
      },
      {
        ...common,
        RouteTableId: second,
        Associations: [
          association('2000', { RouteTableId: second, Main: false, SubnetId: 'subnet-a' }),
          association('2001', { RouteTableId: second, Main: false, SubnetId: 'subnet-b' }),
        ],
        Tags: [{ Key: 'neuwerk:cluster', Value: 'blue' }],
      },
    ]);
  });

  it('shows every ordinary kind of route as EC2 does', async () => {
    const { aTable, list, anInstance } = await someTables();
    const { instanceId, nics } = await anInstance();
    const interfaceId = nics[0]?.interfaceId ?? '';
    aTable({
      localCidrBlocks: ['10.0.0.0/16', '2001:db8::/56'],
      routes: [
        { destinationCidrBlock: '10.9.9.9/24', networkInterfaceId: interfaceId },
        { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1', state: 'blackhole' },
        { destinationCidrBlock: '192.168.0.0/16', transitGatewayId: 'tgw-1' },
        { destinationCidrBlock: '172.16.0.0/12', vpcEndpointId: 'vpce-1' },
        { destinationCidrBlock: '172.16.0.0/12', gatewayId: 'vgw-1', origin: 'EnableVgwRoutePropagation' },
        { destinationCidrBlock: '10.8.0.0/16', vpcPeeringConnectionId: 'pcx-1' },
        { destinationIpv6CidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-1' },
        { destinationPrefixListId: 'pl-s3', vpcEndpointId: 'vpce-s3' },
      ],
    });
    const [table] = await list();
    expect(table?.PropagatingVgws).toEqual([{ GatewayId: 'vgw-1' }]);
    const created = { State: 'active', Origin: 'CreateRoute' };
    const local = { GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
    expect(table?.Routes).toEqual([
      { DestinationCidrBlock: '10.0.0.0/16', ...local },
      { DestinationIpv6CidrBlock: '2001:db8::/56', ...local },
      {
        DestinationCidrBlock: '10.9.9.0/24',
        NetworkInterfaceId: interfaceId,
        InstanceId: instanceId,
        InstanceOwnerId: '123456789012',
        ...created,
      },
      { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1', ...created, State: 'blackhole' },
      { DestinationCidrBlock: '192.168.0.0/16', TransitGatewayId: 'tgw-1', ...created },
      { DestinationCidrBlock: '172.16.0.0/12', GatewayId: 'vpce-1', ...created },
      { DestinationCidrBlock: '172.16.0.0/12', GatewayId: 'vgw-1', ...created, Origin: 'EnableVgwRoutePropagation' },
      { DestinationCidrBlock: '10.8.0.0/16', VpcPeeringConnectionId: 'pcx-1', ...created },
      { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1', ...created },
      { DestinationPrefixListId: 'pl-s3', GatewayId: 'vpce-s3', ...created },
    ]);
  });

  it('shows the route to an interface as a blackhole while its instance is stopped, and for good once it is terminated', async () => {
    const { sim, aTable, anInstance, route } = await someTables();
    const { instanceId, nics } = await anInstance();
    aTable({ routes: [{ destinationCidrBlock: '0.0.0.0/0', networkInterfaceId: nics[0]?.interfaceId }] });
    expect(await route()).toMatchObject({ State: 'active', InstanceId: instanceId });
    sim.setInstanceState(instanceId, 'stopped');
    expect(await route()).toMatchObject({ State: 'blackhole', InstanceId: instanceId });
    sim.setInstanceState(instanceId, 'running');
    expect(await route()).toMatchObject({ State: 'active', InstanceId: instanceId });
    sim.setInstanceState(instanceId, 'terminated');
    const lost = await route();
    expect(lost).toMatchObject({ State: 'blackhole', NetworkInterfaceId: nics[0]?.interfaceId });
    expect(lost).not.toHaveProperty('InstanceId');
    expect(lost).not.toHaveProperty('InstanceOwnerId');
  });

  it('shows the route to an interface that never was as a blackhole, and one that was made so', async () => {
    const { aTable, list, anInstance } = await someTables();
    const { nics } = await anInstance();
    aTable({
      routes: [
        { destinationCidrBlock: '0.0.0.0/0', networkInterfaceId: 'eni-gone' },
        { destinationCidrBlock: '10.9.0.0/16', networkInterfaceId: nics[0]?.interfaceId, state: 'blackhole' },
      ],
    });
    expect((await list())[0]?.Routes).toMatchObject([
      { GatewayId: 'local', State: 'active' },
      { NetworkInterfaceId: 'eni-gone', State: 'blackhole' },
      { NetworkInterfaceId: nics[0]?.interfaceId, State: 'blackhole' },
    ]);
  });

  it('shows the state before for as long as reads lag', async () => {
    const { sim, clock, aTable, anInstance, route } = await someTables();
    const { instanceId, nics } = await anInstance();
    aTable({ routes: [{ destinationCidrBlock: '0.0.0.0/0', networkInterfaceId: nics[0]?.interfaceId }] });
    await clock.advance(60 * second);
    sim.setInstanceState(instanceId, 'terminated');
    sim.addFault({ kind: 'staleRead', action: 'DescribeRouteTables', seconds: 10 });
    await clock.advance(9 * second);
    expect(await route()).toMatchObject({ State: 'active', InstanceId: instanceId });
    await clock.advance(second);
    expect(await route()).toMatchObject({ State: 'blackhole' });
  });

  it('finds tables by each of its filters', async () => {
    const { aTable, aSubnet, anInstance, find } = await someTables();
    const { instanceId, nics } = await anInstance();
    aSubnet('subnet-a');
    const { routeTableId: main } = aTable({ main: true, tags: { Name: 'main' } });
    const { routeTableId: ours } = aTable({
      subnetIds: ['subnet-a'],
      tags: { 'neuwerk:cluster': 'blue' },
      localCidrBlocks: ['10.0.0.0/16', '2001:db8::/56'],
      routes: [
        { destinationCidrBlock: '0.0.0.0/0', networkInterfaceId: nics[0]?.interfaceId },
        { destinationIpv6CidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-1' },
        { destinationPrefixListId: 'pl-s3', vpcEndpointId: 'vpce-s3' },
        { destinationCidrBlock: '10.7.0.0/16', natGatewayId: 'nat-1', state: 'blackhole' },
        { destinationCidrBlock: '10.8.0.0/16', transitGatewayId: 'tgw-1' },
        { destinationCidrBlock: '10.9.0.0/16', vpcPeeringConnectionId: 'pcx-1' },
      ],
    });
    const { routeTableId: other } = aTable({ vpcId: 'vpc-2' });
    expect(await find('vpc-id', 'vpc-2')).toEqual([other]);
    expect(await find('route-table-id', main, other)).toEqual([main, other]);
    expect(await find('association.subnet-id', 'subnet-a')).toEqual([ours]);
    expect(await find('association.main', 'true')).toEqual([main]);
    expect(await find('association.main', 'false')).toEqual([ours]);
    expect(await find('association.route-table-id', ours)).toEqual([ours]);
    expect(await find('association.route-table-association-id', 'rtbassoc-00000000000001000')).toEqual([main]);
    expect(await find('owner-id', '123456789012')).toEqual([main, ours, other]);
    expect(await find('tag:neuwerk:cluster', 'blue')).toEqual([ours]);
    expect(await find('tag-key', 'Name')).toEqual([main]);
    expect(await find('route.destination-cidr-block', '0.0.0.0/0')).toEqual([ours]);
    expect(await find('route.destination-ipv6-cidr-block', '::/0')).toEqual([ours]);
    expect(await find('route.destination-prefix-list-id', 'pl-s3')).toEqual([ours]);
    expect(await find('route.gateway-id', 'vpce-s3')).toEqual([ours]);
    expect(await find('route.gateway-id', 'local')).toEqual([main, ours, other]);
    expect(await find('route.instance-id', instanceId)).toEqual([ours]);
    expect(await find('route.nat-gateway-id', 'nat-1')).toEqual([ours]);
    expect(await find('route.transit-gateway-id', 'tgw-1')).toEqual([ours]);
    expect(await find('route.vpc-peering-connection-id', 'pcx-1')).toEqual([ours]);
    expect(await find('route.egress-only-internet-gateway-id', 'eigw-1')).toEqual([ours]);
    expect(await find('route.origin', 'CreateRoute')).toEqual([ours]);
    expect(await find('route.state', 'blackhole')).toEqual([ours]);
  });

  it('hands out pages, a hundred tables at most', async () => {
    const { ec2, aTable, list } = await someTables();
    const made = Array.from({ length: 101 }, () => aTable().routeTableId);
    const pages = [];
    for await (const page of paginateDescribeRouteTables({ client: ec2, pageSize: 60 }, {})) {
      pages.push(page.RouteTables?.map(({ RouteTableId }) => RouteTableId));
    }
    expect(pages).toEqual([made.slice(0, 60), made.slice(60)]);
    expect(await list()).toHaveLength(100);
  });

  it.each<[string, DescribeRouteTablesCommandInput, string, string]>([
    [
      'ids of no table',
      { RouteTableIds: ['rtb-12345678', 'rtb-0123456789abcdef0'] },
      'InvalidRouteTableID.NotFound',
      "The routeTable ID 'rtb-12345678,rtb-0123456789abcdef0' does not exist",
    ],
    [
      'an id that is none',
      { RouteTableIds: ['vpc-12345678'] },
      'InvalidRouteTableId.Malformed',
      'Invalid id: "vpc-12345678" (expecting "rtb-...")',
    ],
    [
      'a filter that is none',
      { Filters: [{ Name: 'constructor', Values: ['blue'] }] },
      'InvalidParameterValue',
      "The filter 'constructor' is invalid",
    ],
    [
      'a page that is too small',
      { MaxResults: 4 },
      'InvalidParameterValue',
      'Value ( 4 ) for parameter MaxResults is invalid. Expecting a value greater than or equal to 5.',
    ],
    [
      'a page that is too large',
      { MaxResults: 101 },
      'InvalidParameterValue',
      'Value ( 101 ) for parameter MaxResults is invalid. Expecting a value smaller than or equal to 100.',
    ],
    [
      'a token that was never given out',
      { NextToken: 'absent' },
      'InvalidParameterValue',
      'The pagination token is not valid',
    ],
    [
      'ids together with a page size',
      { RouteTableIds: ['rtb-1'], MaxResults: 5 },
      'InvalidParameterCombination',
      'The parameter RouteTableIds cannot be used with the parameter MaxResults',
    ],
  ])('refuses %s', async (_what, input, name, message) => {
    const { list } = await someTables();
    await expect(list(input)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: 400 } });
  });
});

describe('a route table', () => {
  const nowhere = { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1' };

  it.each<[string, Partial<RouteTableOptions>, string]>([
    ['an id that is taken', { routeTableId: 'rtb-1' }, 'route table rtb-1: exists already'],
    ['a second main table in a VPC', { main: true }, 'vpc-1 has a main table already'],
    ['a subnet that is not there', { subnetIds: ['subnet-b'] }, 'vpc-1 has no subnet subnet-b'],
    ['a subnet of another VPC', { subnetIds: ['subnet-2'] }, 'vpc-1 has no subnet subnet-2'],
    ['a subnet that has one', { subnetIds: ['subnet-a'] }, 'subnet subnet-a has a table already'],
    ['two routes for one block', { routes: [nowhere, nowhere] }, 'has two routes for 0.0.0.0/0'],
    ['a route without a target', { routes: [{ destinationCidrBlock: '0.0.0.0/0' }] }, 'exactly one of gatewayId'],
    ['a route without a destination', { routes: [{ natGatewayId: 'nat-1' }] }, 'exactly one of destinationCidrBlock'],
    ['a route with two targets', { routes: [{ ...nowhere, gatewayId: 'igw-1' }] }, 'exactly one of gatewayId'],
    ['a route for no block', { routes: [{ ...nowhere, destinationCidrBlock: 'all' }] }, 'expected an IPv4 CIDR block'],
  ])('cannot be made with %s', async (_what, options, message) => {
    const { aTable, aSubnet } = await someTables();
    aSubnet('subnet-a');
    aSubnet('subnet-2', 'vpc-2');
    aTable({ routeTableId: 'rtb-1', main: true, subnetIds: ['subnet-a'] });
    expect(() => aTable(options)).toThrow(message);
  });
});
