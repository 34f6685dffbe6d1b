import { createRoute, z } from '@hono/zod-openapi';
import { routeTableOptions } from '../world/network/route-table.js';
import { subnetOptions } from '../world/network/subnet.js';
import { describeRouteTable, routeTableAnswer } from './route-table-answer.js';
import { answers, named, operations, refused, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Network'];
const created = { ...refused, ...unreadable, ...tooLarge };

const subnetAnswer = named(
  'Subnet',
  z.strictObject({
    subnetId: z.string(),
    vpcId: z.string(),
    availabilityZone: z.string(),
    cidrBlock: z.string().optional(),
    ipv6CidrBlock: z.string().optional(),
    tags: z.record(z.string(), z.string()),
  }),
  {
    subnetId: 'subnet-0123456789abcdef3',
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZone: 'eu-central-1b',
    cidrBlock: '10.9.0.0/16',
    tags: {},
  },
);

/** Subnets and route tables. */
export const network = operations();

network.openapi(
  createRoute({
    method: 'get',
    path: '/subnets',
    operationId: 'listSubnets',
    summary: 'List the subnets',
    tags,
    responses: { 200: answers('All of them.', z.array(subnetAnswer)) },
  }),
  ({ env, json }) => json([...env.simulator.network.subnets.values()], 200),
);

network.openapi(
  createRoute({
    method: 'post',
    path: '/subnets',
    operationId: 'createSubnet',
    summary: 'Create a subnet',
    tags,
    request: takes(named('SubnetOptions', subnetOptions), {
      'in another zone': {
        subnetId: 'subnet-0123456789abcdef3',
        vpcId: 'vpc-0123456789abcdef0',
        availabilityZone: 'eu-central-1b',
        cidrBlock: '10.9.0.0/16',
      },
    }),
    responses: { 201: answers('The subnet.', subnetAnswer), ...created },
  }),
  ({ env, req, json }) => json(env.simulator.network.createSubnet(req.valid('json')), 201),
);

network.openapi(
  createRoute({
    method: 'get',
    path: '/route-tables',
    operationId: 'listRouteTables',
    summary: 'List the route tables and their routes',
    tags,
    responses: { 200: answers('All of them.', z.array(routeTableAnswer)) },
  }),
  ({ env: { simulator }, json }) =>
    json(
      [...simulator.network.routeTables.values()].map((table) => describeRouteTable(simulator, table)),
      200,
    ),
);

network.openapi(
  createRoute({
    method: 'post',
    path: '/route-tables',
    operationId: 'createRouteTable',
    summary: 'Create a route table',
    description: 'What its routes lead to does not have to exist; the subnets that it is for do.',
    tags,
    request: takes(named('RouteTableOptions', routeTableOptions), {
      'to a Gateway Load Balancer endpoint': {
        vpcId: 'vpc-0123456789abcdef0',
        routes: [{ destinationCidrBlock: '0.0.0.0/0', vpcEndpointId: 'vpce-0123456789abcdef0' }],
      },
    }),
    responses: { 201: answers('The route table.', routeTableAnswer), ...created },
  }),
  ({ env: { simulator }, req, json }) =>
    json(describeRouteTable(simulator, simulator.network.createRouteTable(req.valid('json'))), 201),
);
