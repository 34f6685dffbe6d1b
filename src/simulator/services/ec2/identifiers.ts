import { AwsError } from '../../wire/aws-error.js';

/** A kind of resource, by how EC2 spells its identifiers and the errors about them. The casing differs and is EC2's. */
export interface IdentifierKind {
  /** What identifiers start with, up to the hyphen. */
  readonly prefix: string;
  readonly noun: string;
  readonly malformed: string;
  readonly notFound: string;
  /** What EC2 says of several that are not there, if that is not what it says of one. */
  readonly severalNotFound?: (ids: readonly string[]) => string;
}

/** Source of all codes: EC2 API reference, "Error codes". */
export const routeTableIdentifiers: IdentifierKind = {
  prefix: 'rtb',
  noun: 'routeTable',
  malformed: 'InvalidRouteTableId.Malformed',
  notFound: 'InvalidRouteTableID.NotFound',
};

export const subnetIdentifiers: IdentifierKind = {
  prefix: 'subnet',
  noun: 'subnet',
  malformed: 'InvalidSubnetID.Malformed',
  notFound: 'InvalidSubnetID.NotFound',
};

export const networkInterfaceIdentifiers: IdentifierKind = {
  prefix: 'eni',
  noun: 'networkInterface',
  malformed: 'InvalidNetworkInterfaceId.Malformed',
  notFound: 'InvalidNetworkInterfaceID.NotFound',
};

export const instanceIdentifiers: IdentifierKind = {
  prefix: 'i',
  noun: 'instance',
  malformed: 'InvalidInstanceID.Malformed',
  notFound: 'InvalidInstanceID.NotFound',
  severalNotFound: (ids) => `The instance IDs '${ids.join(', ')}' do not exist`,
};

/** Whether this could be an identifier with that prefix: eight hexadecimal digits follow, or seventeen. */
export const isWellFormed = (prefix: string, id: string): boolean =>
  id.startsWith(`${prefix}-`) && /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length + 1));

/**
 * The items that `ids` name, each once.
 *
 * @throws `AwsError` with the kind's codes when one is none, or there is no such item.
 */
export function findAll<Item>(kind: IdentifierKind, known: ReadonlyMap<string, Item>, ids: readonly string[]): Item[] {
  const unique = [...new Set(ids)];
  const unknown = unique.filter((id) => !known.has(id));
  const malformed = unknown.find((id) => !isWellFormed(kind.prefix, id));
  if (malformed !== undefined) throw malformedId(kind.malformed, kind.prefix, malformed);
  if (unknown.length > 1 && kind.severalNotFound) throw new AwsError(kind.notFound, kind.severalNotFound(unknown));
  if (unknown.length > 0) throw notFoundId(kind, unknown.join(','));
  return unique.flatMap((id) => known.get(id) ?? []);
}

/** The item that `id` names. @throws as `findAll` does. */
export function findOne<Item>(kind: IdentifierKind, known: ReadonlyMap<string, Item>, id: string): Item {
  const [found] = findAll(kind, known, [id]);
  if (found === undefined) throw notFoundId(kind, id);
  return found;
}

const notFoundId = ({ notFound, noun }: IdentifierKind, id: string): AwsError =>
  new AwsError(notFound, `The ${noun} ID '${id}' does not exist`);

/** What EC2 says of an identifier that is none. */
export const malformedId = (code: string, prefix: string, id: string): AwsError =>
  new AwsError(code, `Invalid id: "${id}" (expecting "${prefix}-...")`);
