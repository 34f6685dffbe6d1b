import { z } from '@hono/zod-openapi';
import type { Simulator } from '../simulator.js';
import { routeOrigins } from '../world/network/route.js';
import type { RouteTable } from '../world/network/route-table.js';
import { named } from './operation.js';

const routeAnswer = z.strictObject({
  destination: z.string().describe('a CIDR block, or a prefix list'),
  target: z.string().describe('where it leads to; `local` inside the VPC'),
  targetKind: z
    .enum([
      'local',
      'gatewayId',
      'natGatewayId',
      'networkInterfaceId',
      'transitGatewayId',
      'vpcEndpointId',
      'vpcPeeringConnectionId',
      'egressOnlyInternetGatewayId',
    ])
    .describe("by EC2's names"),
  origin: z.enum(routeOrigins),
  state: z.enum(['active', 'blackhole']),
});

/** What the control API says of a route table. */
export const routeTableAnswer = named(
  'RouteTable',
  z.strictObject({
    routeTableId: z.string(),
    vpcId: z.string(),
    tags: z.record(z.string(), z.string()),
    associations: z.array(
      z.strictObject({ associationId: z.string(), main: z.boolean(), subnetId: z.string().optional() }),
    ),
    routes: z.array(routeAnswer),
  }),
  {
    routeTableId: 'rtb-0123456789abcdef0',
    vpcId: 'vpc-0123456789abcdef0',
    tags: {},
    associations: [{ associationId: 'rtbassoc-00000000000001000', main: false, subnetId: 'subnet-0123456789abcdef1' }],
    routes: [
      { destination: '10.0.0.0/16', target: 'local', targetKind: 'local', origin: 'CreateRouteTable', state: 'active' },
      {
        destination: '0.0.0.0/0',
        target: 'vpce-0123456789abcdef0',
        targetKind: 'vpcEndpointId',
        origin: 'CreateRoute',
        state: 'active',
      },
    ],
  },
);

/** The table as the control API shows it. */
export const describeRouteTable = (
  { network, clock }: Simulator,
  { routeTableId, vpcId, tags, associations, routes }: RouteTable,
): z.output<typeof routeTableAnswer> => ({
  routeTableId,
  vpcId,
  tags,
  associations: [...associations],
  routes: routes.map((route) => ({
    destination: route.destination.value,
    target: route.target.id,
    targetKind: route.target.kind,
    origin: route.origin,
    state: network.routeState(route, clock.now()),
  })),
});
