import { z } from 'zod';
import type { Route } from '../../world/network/route.js';
import type { RouteTable } from '../../world/network/route-table.js';
import type { World } from '../../world/world.js';
import type { XmlValue } from '../../wire/xml.js';
import { items } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { listOf } from '../service.js';
import { description } from './dry-run.js';
import type { FilterFields } from './filters.js';
import { routeTableIdentifiers } from './identifiers.js';
import { listingParameters, listPage } from './listing.js';
import { describeTags } from './tags.js';

/** Route tables per page. Source: EC2 API reference, DescribeRouteTables, MaxResults. */
const largestPage = 100;

const parameters = z.object({ ...listingParameters, RouteTableId: listOf(z.string()) });

/** DescribeRouteTables: by id or filter, or all. */
export const describeRouteTables = (world: World, pageSize: number | undefined): Action =>
  description(parameters, ({ RouteTableId: ids, ...asked }, _caller, asOf) => {
    const page = listPage(
      {
        identifiers: routeTableIdentifiers,
        all: routeTablesAt(world, asOf),
        fields: fieldsOf(world, asOf),
        idsParameter: 'RouteTableIds',
        largestPage,
        pageSize,
      },
      { ids, ...asked },
    );
    const described = page.items.map((table) => describeRouteTable(world, table, asOf));
    return { result: { routeTableSet: items(described), nextToken: page.next } };
  });

const routeTablesAt = ({ network }: World, asOf: number): ReadonlyMap<string, RouteTable> =>
  new Map([...network.routeTables].map(([id, table]) => [id, { ...table, routes: table.routeTimeline.at(asOf) }]));

/** Filters for routes, and the element of a route that each looks at. */
const routeFilters: Readonly<Record<string, string>> = {
  'route.destination-cidr-block': 'destinationCidrBlock',
  'route.destination-ipv6-cidr-block': 'destinationIpv6CidrBlock',
  'route.destination-prefix-list-id': 'destinationPrefixListId',
  'route.egress-only-internet-gateway-id': 'egressOnlyInternetGatewayId',
  'route.gateway-id': 'gatewayId',
  'route.instance-id': 'instanceId',
  'route.nat-gateway-id': 'natGatewayId',
  'route.origin': 'origin',
  'route.state': 'state',
  'route.transit-gateway-id': 'transitGatewayId',
  'route.vpc-peering-connection-id': 'vpcPeeringConnectionId',
};

const fieldsOf = (world: World, asOf: number): FilterFields<RouteTable> => ({
  'association.main': ({ associations }) => associations.map(({ main }) => String(main)),
  'association.route-table-association-id': ({ associations }) =>
    associations.map(({ associationId }) => associationId),
  'association.route-table-id': ({ routeTableId, associations }) => associations.map(() => routeTableId),
  'association.subnet-id': ({ associations }) => associations.flatMap(({ subnetId }) => subnetId ?? []),
  'owner-id': () => [world.account],
  'route-table-id': ({ routeTableId }) => [routeTableId],
  'vpc-id': ({ vpcId }) => [vpcId],
  ...Object.fromEntries(
    Object.entries(routeFilters).map(([name, element]) => [
      name,
      ({ routes }: RouteTable) => routes.flatMap((route) => describeRoute(world, route, asOf)[element] ?? []),
    ]),
  ),
});

const describeRouteTable = (
  world: World,
  { routeTableId, vpcId, routes, associations, tags }: RouteTable,
  asOf: number,
): XmlValue => ({
  routeTableId,
  vpcId,
  ownerId: world.account,
  routeSet: items(routes.map((route) => describeRoute(world, route, asOf))),
  associationSet: items(
    associations.map(({ associationId, main, subnetId }) => ({
      routeTableAssociationId: associationId,
      routeTableId,
      subnetId,
      main,
      associationState: { state: 'associated' },
    })),
  ),
  propagatingVgwSet: items(propagatingGateways(routes).map((gatewayId) => ({ gatewayId }))),
  tagSet: describeTags(tags),
});

const propagatingGateways = (routes: readonly Route[]): string[] => [
  ...new Set(routes.filter(({ origin }) => origin === 'EnableVgwRoutePropagation').map(({ target }) => target.id)),
];

/** A route as EC2 shows it: an interface with the instance that has it, and as gateways the VPC itself and endpoints, too. */
function describeRoute(
  { network, account }: World,
  route: Route,
  asOf: number,
): Readonly<Record<string, string | undefined>> {
  const { destination, target, origin } = route;
  const shownAs = target.kind === 'local' || target.kind === 'vpcEndpointId' ? 'gatewayId' : target.kind;
  const instance = target.kind === 'networkInterfaceId' ? network.interface(target.id, asOf)?.instance : undefined;
  return {
    [destination.kind]: destination.value,
    [shownAs]: target.id,
    instanceId: instance?.instanceId,
    instanceOwnerId: instance && account,
    state: network.routeState(route, asOf),
    origin,
  };
}
