/** What a CreateRoute or a ReplaceRoute asks for, read and checked as far as the request alone tells. */
import { z } from 'zod';
import { parseCidr } from '../../world/network/cidr.js';
import type { Destination, DestinationKind, RouteTarget, TargetKind } from '../../world/network/route.js';
import { localTarget } from '../../world/network/route.js';
import { AwsError } from '../../wire/aws-error.js';
import { invalidParameter } from './dry-run.js';
import { isWellFormed, malformedId } from './identifiers.js';

const text = z.string().optional();

/** Parameters of both actions; LocalTarget is of ReplaceRoute only. */
export const routeParameters = z.object({
  RouteTableId: text,
  DestinationCidrBlock: text,
  DestinationIpv6CidrBlock: text,
  DestinationPrefixListId: text,
  GatewayId: text,
  NatGatewayId: text,
  NetworkInterfaceId: text,
  InstanceId: text,
  TransitGatewayId: text,
  VpcEndpointId: text,
  VpcPeeringConnectionId: text,
  EgressOnlyInternetGatewayId: text,
  LocalGatewayId: text,
  CarrierGatewayId: text,
  CoreNetworkArn: text,
  OdbNetworkArn: text,
  LocalTarget: z.enum(['true', 'false']).optional(),
});
export type RouteParameters = z.output<typeof routeParameters>;

/** A target that still has to be found: an instance stands for its interface. */
export type RequestedTarget = RouteTarget | { readonly kind: 'instanceId'; readonly id: string };

const destinations: readonly (readonly [keyof RouteParameters, DestinationKind])[] = [
  ['DestinationCidrBlock', 'destinationCidrBlock'],
  ['DestinationIpv6CidrBlock', 'destinationIpv6CidrBlock'],
  ['DestinationPrefixListId', 'destinationPrefixListId'],
];

interface TargetParameter {
  readonly parameter: keyof RouteParameters;
  /** Undefined when this world has no such targets. */
  readonly kind?: TargetKind | 'instanceId';
  /** What identifiers start with, of targets that are taken to be there when they are well formed. */
  readonly prefixes?: readonly string[];
  /** The error for what is no identifier of the kind. Source: EC2 API reference, "Error codes". */
  readonly malformed?: string;
}

/** In the order of EC2's message. */
const targets: readonly TargetParameter[] = [
  { parameter: 'GatewayId', kind: 'gatewayId', prefixes: ['igw', 'vgw'] },
  { parameter: 'LocalGatewayId' },
  { parameter: 'CarrierGatewayId' },
  { parameter: 'NatGatewayId', kind: 'natGatewayId', prefixes: ['nat'], malformed: 'NatGatewayMalformed' },
  { parameter: 'NetworkInterfaceId', kind: 'networkInterfaceId' },
  {
    parameter: 'VpcPeeringConnectionId',
    kind: 'vpcPeeringConnectionId',
    prefixes: ['pcx'],
    malformed: 'InvalidVpcPeeringConnectionId.Malformed',
  },
  {
    parameter: 'EgressOnlyInternetGatewayId',
    kind: 'egressOnlyInternetGatewayId',
    prefixes: ['eigw'],
    malformed: 'InvalidEgressOnlyInternetGatewayId.Malformed',
  },
  {
    parameter: 'TransitGatewayId',
    kind: 'transitGatewayId',
    prefixes: ['tgw'],
    malformed: 'InvalidTransitGatewayID.Malformed',
  },
  {
    parameter: 'VpcEndpointId',
    kind: 'vpcEndpointId',
    prefixes: ['vpce'],
    malformed: 'InvalidVpcEndpointId.Malformed',
  },
  { parameter: 'CoreNetworkArn' },
  { parameter: 'OdbNetworkArn' },
  { parameter: 'InstanceId', kind: 'instanceId' },
];

/** @throws `AwsError` MissingParameter. */
export function readRouteTableId({ RouteTableId }: RouteParameters): string {
  if (RouteTableId) return RouteTableId;
  throw new AwsError('MissingParameter', 'The request must contain the parameter routeTableId');
}

/** @throws `AwsError` when there is not exactly one destination, or it is not valid. */
export function readDestination(parameters: RouteParameters): Destination {
  const given = destinations.filter(([parameter]) => parameters[parameter] !== undefined);
  const [first] = given;
  if (!first || given.length > 1) throw notExactlyOne(given.length, destinations.map(([, kind]) => kind).join(', '));
  const [parameter, kind] = first;
  const value = parameters[parameter] ?? '';
  if (kind === 'destinationPrefixListId') {
    if (!isWellFormed('pl', value)) throw malformedId('InvalidPrefixListId.Malformed', 'pl', value);
    return { kind, value };
  }
  const cidr = parseCidr(value);
  if (cidr?.family === (kind === 'destinationCidrBlock' ? 4 : 6)) return { kind, value: cidr.text };
  const message = `Value (${value}) for parameter ${kind} is invalid. This is not a valid CIDR block.`;
  throw new AwsError(invalidParameter, message);
}

/** @throws `AwsError` when there is not exactly one target, or it is a gateway or the like that cannot be there. */
export function readTarget(parameters: RouteParameters): RequestedTarget {
  const given = targets.filter(({ parameter }) => parameters[parameter] !== undefined);
  const toLocal = parameters.LocalTarget === 'true';
  const count = given.length + (toLocal ? 1 : 0);
  if (count !== 1) throw notExactlyOne(count, targetNames);
  const [first] = given;
  return first ? readIdentifier(first, parameters[first.parameter] ?? '') : localTarget;
}

function readIdentifier({ parameter, kind, prefixes, malformed }: TargetParameter, id: string): RequestedTarget {
  if (kind === undefined) throw new AwsError('UnsupportedOperation', `Routes by ${parameter} are not simulated`);
  if (!prefixes || prefixes.some((prefix) => isWellFormed(prefix, id))) return { kind, id };
  if (malformed === undefined) throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  throw malformedId(malformed, prefixes.join(), id);
}

const targetNames = targets.map(({ parameter }) => parameter.charAt(0).toLowerCase() + parameter.slice(1)).join(', ');

const notExactlyOne = (count: number, names: string): AwsError =>
  new AwsError(
    count === 0 ? 'MissingParameter' : 'InvalidParameterCombination',
    `The request must contain exactly one of ${names}`,
  );
