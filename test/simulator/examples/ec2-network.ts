import {
  CreateRouteCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import type { Stage } from '../stage.js';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';
import { absentInstanceId, anInstance, awkwardTag, vpcId } from './world.js';

const everything = '0.0.0.0/0';
const absentTableId = 'rtb-0000000000000abcd';
const absentInterfaceId = 'eni-0000000000000abcd';
const endpoint = 'vpce-00000053';

/** EC2's network: interfaces, subnets, routes. */
export const networkExamples: Examples = {
  DescribeNetworkInterfaces: [
    answers('with the interfaces of instances', async (stage) => {
      const tags = { Name: 'a & b' };
      await anInstance(stage, { nics: [{ tags, description: '<eth0>' }, {}] });
      return new DescribeNetworkInterfacesCommand({});
    }),
    answers('with none', () => new DescribeNetworkInterfacesCommand({})),
    refuses('InvalidNetworkInterfaceID.NotFound', 'an interface that is not there', () => {
      return new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [absentInterfaceId] });
    }),
    refuses('InvalidNetworkInterfaceId.Malformed', 'an id that is none', () => {
      return new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eth0'] });
    }),
  ],
  DescribeSubnets: [
    answers('with subnets of both families', (stage) => {
      stage.sim.network.createSubnet({ vpcId, tags: awkwardTag });
      stage.sim.network.createSubnet({ vpcId, ipv6CidrBlock: '2001:db8::/64' });
      return new DescribeSubnetsCommand({});
    }),
    answers('with a page of them', (stage) => {
      for (let count = 0; count < 6; count += 1) stage.sim.network.createSubnet({ vpcId });
      return new DescribeSubnetsCommand({ MaxResults: 5 });
    }),
    refuses('InvalidSubnetID.NotFound', 'a subnet that is not there', () => {
      return new DescribeSubnetsCommand({ SubnetIds: ['subnet-0000000000000abcd'] });
    }),
    refuses('InvalidSubnetID.Malformed', 'an id that is none', () => {
      return new DescribeSubnetsCommand({ SubnetIds: ['blue'] });
    }),
  ],
  DescribeRouteTables: [
    answers('with tables, and routes of every kind', async (stage) => {
      await aTable(stage);
      stage.sim.network.createRouteTable({ vpcId });
      return new DescribeRouteTablesCommand({});
    }),
    answers('with none', () => new DescribeRouteTablesCommand({})),
    refuses('InvalidRouteTableID.NotFound', 'a table that is not there', () => {
      return new DescribeRouteTablesCommand({ RouteTableIds: [absentTableId] });
    }),
    refuses('InvalidRouteTableId.Malformed', 'an id that is none', () => {
      return new DescribeRouteTablesCommand({ RouteTableIds: ['main'] });
    }),
  ],
  CreateRoute: [
    answers('with true', async (stage) => {
      const { RouteTableId, NetworkInterfaceId } = await aTable(stage);
      return new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.168.0.0/16', NetworkInterfaceId });
    }),
    refuses('RouteAlreadyExists', 'a destination that has a route', async (stage) => {
      const { RouteTableId } = await aTable(stage);
      return new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: everything, VpcEndpointId: endpoint });
    }),
    refuses('InvalidRouteTableID.NotFound', 'a table that is not there', () => {
      const target = { DestinationCidrBlock: everything, VpcEndpointId: endpoint };
      return new CreateRouteCommand({ RouteTableId: absentTableId, ...target });
    }),
    refuses('InvalidNetworkInterfaceID.NotFound', 'an interface that is not there', async (stage) => {
      const target = { DestinationCidrBlock: '192.168.0.0/16', NetworkInterfaceId: absentInterfaceId };
      return new CreateRouteCommand({ RouteTableId: (await aTable(stage)).RouteTableId, ...target });
    }),
    refuses('InvalidInstanceID.NotFound', 'an instance that is not there', async (stage) => {
      const target = { DestinationCidrBlock: '192.168.0.0/16', InstanceId: absentInstanceId };
      return new CreateRouteCommand({ RouteTableId: (await aTable(stage)).RouteTableId, ...target });
    }),
    refuses('InvalidParameterCombination', 'two targets', async (stage) => {
      const { RouteTableId, NetworkInterfaceId } = await aTable(stage);
      const targets = { NetworkInterfaceId, VpcEndpointId: endpoint };
      return new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.168.0.0/16', ...targets });
    }),
    refuses('MissingParameter', 'no target', async (stage) => {
      const { RouteTableId } = await aTable(stage);
      return new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.168.0.0/16' });
    }),
    refuses('InvalidParameterValue', 'a destination that is none', async (stage) => {
      const { RouteTableId, NetworkInterfaceId } = await aTable(stage);
      return new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: 'anywhere', NetworkInterfaceId });
    }),
  ],
  ReplaceRoute: [
    answers('with true', async (stage) => {
      const { RouteTableId } = await aTable(stage);
      return new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: everything, VpcEndpointId: endpoint });
    }),
    refuses('InvalidParameterValue', 'a destination that has no route', async (stage) => {
      const { RouteTableId } = await aTable(stage);
      return new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: '192.168.0.0/16', VpcEndpointId: endpoint });
    }),
    refuses('DryRunOperation', 'a dry run', async (stage) => {
      const { RouteTableId } = await aTable(stage);
      const target = { DestinationCidrBlock: everything, VpcEndpointId: endpoint };
      return new ReplaceRouteCommand({ RouteTableId, ...target, DryRun: true });
    }),
  ],
};

/** A main table with associations, routes of every kind and one into a black hole. */
async function aTable(stage: Stage): Promise<{ RouteTableId: string; NetworkInterfaceId: string }> {
  const { sim } = stage;
  const [alive, gone] = [await anInstance(stage), await anInstance(stage)];
  const interfaces = sim.instances.map(({ instanceId, nics }) => [instanceId, nics[0]?.interfaceId ?? ''] as const);
  const interfaceOf = (id: string) => new Map(interfaces).get(id) ?? '';
  const { subnetId } = sim.network.createSubnet({ vpcId });
  const { routeTableId } = sim.network.createRouteTable({
    vpcId,
    main: true,
    subnetIds: [subnetId],
    localCidrBlocks: ['10.0.0.0/16', '2001:db8::/56'],
    tags: awkwardTag,
    routes: [
      { destinationCidrBlock: everything, networkInterfaceId: interfaceOf(alive) },
      { destinationCidrBlock: '10.99.0.0/16', networkInterfaceId: interfaceOf(gone) },
      { destinationPrefixListId: 'pl-00000053', vpcEndpointId: endpoint },
      { destinationCidrBlock: '172.16.0.0/12', gatewayId: 'vgw-00000001', origin: 'EnableVgwRoutePropagation' },
    ],
  });
  sim.setInstanceState(gone, 'terminated');
  return { RouteTableId: routeTableId, NetworkInterfaceId: interfaceOf(alive) };
}
