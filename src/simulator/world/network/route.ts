/** A route, as EC2 knows it, and the rules for what may be routed where. Pure. */
import { z } from 'zod';
import type { Cidr } from './cidr.js';
import { cidrBlock, contains, parseCidr } from './cidr.js';

/** What a route can be for, by EC2's names. */
export const destinationKinds = [
  'destinationCidrBlock',
  'destinationIpv6CidrBlock',
  'destinationPrefixListId',
] as const;
export type DestinationKind = (typeof destinationKinds)[number];

/** Where a route can lead to in this world, by EC2's names; `local` is the VPC itself. */
export const targetKinds = [
  'gatewayId',
  'natGatewayId',
  'networkInterfaceId',
  'transitGatewayId',
  'vpcEndpointId',
  'vpcPeeringConnectionId',
  'egressOnlyInternetGatewayId',
] as const;
export type TargetKind = (typeof targetKinds)[number] | 'local';

/** What a route is for. A block is in canonical form. */
export interface Destination {
  readonly kind: DestinationKind;
  readonly value: string;
}

/** Where a route leads to. */
export interface RouteTarget {
  readonly kind: TargetKind;
  readonly id: string;
}

/** How a route came to be. Source: EC2 API reference, Route. */
export const routeOrigins = ['CreateRouteTable', 'CreateRoute', 'EnableVgwRoutePropagation'] as const;

/** One route of a route table. Never changes: it is replaced. */
export interface Route {
  readonly destination: Destination;
  readonly target: RouteTarget;
  readonly origin: (typeof routeOrigins)[number];
  /** Whether the target is gone. That of an interface shows by itself, see `Network.routeState`. */
  readonly targetIsGone: boolean;
}

/** Whether two targets are one. */
export const isSameTarget = (one: RouteTarget, other: RouteTarget): boolean =>
  one.kind === other.kind && one.id === other.id;

/** The target of a route that stays inside the VPC. */
export const localTarget: RouteTarget = { kind: 'local', id: 'local' };

const id = z.string().min(1).optional();

/** A route of a route table that a caller makes up: one destination and one target, neither of which has to exist. */
export const routeOptions = z
  .strictObject({
    destinationCidrBlock: cidrBlock(4).optional(),
    destinationIpv6CidrBlock: cidrBlock(6).optional(),
    destinationPrefixListId: id,
    gatewayId: id.describe('an internet gateway or a virtual private gateway'),
    natGatewayId: id,
    networkInterfaceId: id.describe('blackhole while no instance that is up has it'),
    transitGatewayId: id,
    vpcEndpointId: id.describe(
      'a Gateway Load Balancer endpoint, or with a prefix list a gateway endpoint such as of S3',
    ),
    vpcPeeringConnectionId: id,
    egressOnlyInternetGatewayId: id,
    origin: z.enum(routeOrigins).optional().describe('default: CreateRoute'),
    state: z.enum(['active', 'blackhole']).optional().describe('blackhole: the target is gone; default: active'),
  })
  .refine((options) => given(options, destinationKinds).length === 1, {
    error: `expected exactly one of ${destinationKinds.join(', ')}`,
  })
  .refine((options) => given(options, targetKinds).length === 1, {
    error: `expected exactly one of ${targetKinds.join(', ')}`,
  });

/** The route that options mean which were read already. */
export function createRoute(options: z.output<typeof routeOptions>): Route {
  const [destination] = given(options, destinationKinds);
  const [target] = given(options, targetKinds);
  if (!destination || !target) throw new Error('a route has a destination and a target');
  return {
    destination: { kind: destination[0], value: destination[1] },
    target: { kind: target[0], id: target[1] },
    origin: options.origin ?? 'CreateRoute',
    targetIsGone: options.state === 'blackhole',
  };
}

/** The route inside the VPC that every table has for each of the VPC's blocks. */
export const localRoute = ({ family, text }: Cidr): Route => ({
  destination: { kind: family === 4 ? 'destinationCidrBlock' : 'destinationIpv6CidrBlock', value: text },
  target: localTarget,
  origin: 'CreateRouteTable',
  targetIsGone: false,
});

/** The route for this destination that was not propagated: at most one. Propagated ones stand beside it. */
export const routeFor = (routes: readonly Route[], { kind, value }: Destination): Route | undefined =>
  routes.find(
    ({ destination, origin }) =>
      destination.kind === kind && destination.value === value && origin !== 'EnableVgwRoutePropagation',
  );

/** Targets inside the VPC, the only ones for traffic that stays inside. Source: VPC user guide, "Route tables", rules. */
const innerTargets: readonly TargetKind[] = ['local', 'networkInterfaceId', 'natGatewayId', 'vpcEndpointId'];

/** Why no route for this destination can lead to this target, in EC2's words; undefined when one can. */
export function refuseTarget(
  routes: readonly Route[],
  destination: Destination,
  target: RouteTarget,
): string | undefined {
  const current = routeFor(routes, destination);
  const toEndpoint = target.kind === 'vpcEndpointId' || current?.target.kind === 'vpcEndpointId';
  if (destination.kind === 'destinationPrefixListId' && toEndpoint)
    return 'Cannot create or replace a prefix list route targeting a VPC Endpoint.';
  if (target.kind === 'local' && current?.origin !== 'CreateRouteTable')
    return 'local-target only allowed with network local destination CIDRs';
  if (!innerTargets.includes(target.kind) && isInsideVpc(routes, destination)) {
    return (
      `The destination CIDR block ${destination.value} is equal to or more specific than one of this VPC's CIDR blocks. ` +
      'This route can target only an interface or an instance.'
    );
  }
  return undefined;
}

function isInsideVpc(routes: readonly Route[], destination: Destination): boolean {
  const block = parseCidr(destination.value);
  return routes.some((route) => {
    const local = route.origin === 'CreateRouteTable' ? parseCidr(route.destination.value) : undefined;
    return block !== undefined && local !== undefined && contains(local, block);
  });
}

/** The options among `names` that have a value. */
const given = <Name extends string>(
  options: Readonly<Partial<Record<Name, string | undefined>>>,
  names: readonly Name[],
): (readonly [Name, string])[] =>
  names.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[name, value] as const];
  });
