import type { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import type { ClusterInstance } from '../domain/legacy/discovery.js';
import type { Route, RouteTable } from '../domain/legacy/ingress-route.js';
import { answer } from './answers.js';
import type { ClusterQuery, Network } from './api.js';
import { everyInstance, filtersOf, running } from './ec2.js';
import { everyPage } from './pages.js';

// EC2 leaves out what does not apply: an interface may have no description, a route no IPv4 block.
const interfaceSchema = z.object({
  NetworkInterfaceId: z.optional(z.string()),
  Description: z.optional(z.string()),
  PrivateIpAddress: z.optional(z.string()),
  SubnetId: z.optional(z.string()),
});
const instanceSchema = z.object({
  InstanceId: z.optional(z.string()),
  NetworkInterfaces: z._default(z.array(interfaceSchema), []),
});

/** A route has one of them. Source: EC2 API reference, Route. */
const targets = [
  'NetworkInterfaceId',
  'GatewayId',
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'EgressOnlyInternetGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
  'InstanceId',
] as const;
const routeSchema = z.object({
  DestinationCidrBlock: z.optional(z.string()),
  Origin: z.optional(z.string()),
  ...Object.fromEntries(targets.map((target) => [target, z.optional(z.string())])),
});
const tableSchema = z.object({
  RouteTableId: z.string(),
  Associations: z._default(z.array(z.object({ SubnetId: z.optional(z.string()) })), []),
  Routes: z._default(z.array(routeSchema), []),
});
const pageSchema = z.object({ RouteTables: z.array(tableSchema), NextToken: z.optional(z.string()) });

/** The network over EC2. The client is loaded at the first call, and kept. */
export function ec2Network(load: () => Promise<EC2Client>): Network {
  let loaded: Promise<EC2Client> | undefined;
  const client = () => (loaded ??= load());
  return {
    async clusterInstances(query, signal) {
      const Filters = [...filtersOf(query), running];
      return (await everyInstance(await client(), instanceSchema, { Filters }, signal)).flatMap(instanceOf);
    },

    async routeTables(query, signal) {
      return (await everyTable(await client(), query, signal)).map(tableOf);
    },

    async putRoute({ action, routeTableId, destination, to }, abortSignal) {
      const { CreateRouteCommand, ReplaceRouteCommand } = await import('./ec2-client.js');
      const input = { RouteTableId: routeTableId, DestinationCidrBlock: destination, NetworkInterfaceId: to };
      try {
        const sent = await client();
        if (action === 'create') await sent.send(new CreateRouteCommand(input), { abortSignal });
        else await sent.send(new ReplaceRouteCommand(input), { abortSignal });
        return true;
      } catch (error) {
        if (isChangedMeanwhile(error)) return false;
        throw error;
      }
    },
  };
}

async function everyTable(client: EC2Client, query: ClusterQuery, abortSignal: AbortSignal) {
  const { DescribeRouteTablesCommand } = await import('./ec2-client.js');
  return everyPage(async (NextToken) => {
    const input = { Filters: filtersOf(query), NextToken };
    const output = await client.send(new DescribeRouteTablesCommand(input), { abortSignal });
    const page = answer('DescribeRouteTables', pageSchema, output);
    return { items: page.RouteTables, next: page.NextToken };
  });
}

function instanceOf({ InstanceId, NetworkInterfaces }: z.infer<typeof instanceSchema>): ClusterInstance[] {
  if (InstanceId === undefined) return [];
  const interfaces = NetworkInterfaces.flatMap(({ NetworkInterfaceId: eniId, ...nic }) =>
    eniId === undefined
      ? []
      : [{ eniId, description: nic.Description, privateIp: nic.PrivateIpAddress, subnetId: nic.SubnetId }],
  );
  return [{ instanceId: InstanceId, interfaces }];
}

const tableOf = ({ RouteTableId, Associations, Routes }: z.infer<typeof tableSchema>): RouteTable => ({
  routeTableId: RouteTableId,
  subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
  routes: Routes.map(routeOf),
});

function routeOf({ DestinationCidrBlock, Origin, ...led }: z.infer<typeof routeSchema>): Route {
  const to: Readonly<Record<string, string | undefined>> = led;
  return {
    destination: DestinationCidrBlock,
    target: targets.map((target) => to[target]).find((id) => id !== undefined),
    isPropagated: Origin === 'EnableVgwRoutePropagation',
  };
}

/** Source: EC2 API reference, CreateRoute; what ReplaceRoute answers where there is no such route is not documented. */
const isChangedMeanwhile = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'RouteAlreadyExists' ||
    error.name === 'InvalidRoute.NotFound' ||
    (error.name === 'InvalidParameterValue' && /no route/i.test(error.message)));
