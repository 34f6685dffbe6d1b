import type { AttachedInterface } from '../../world/network/network.js';
import type { Destination, RouteTarget } from '../../world/network/route.js';
import { isSameTarget, refuseTarget, routeFor } from '../../world/network/route.js';
import type { RouteTable } from '../../world/network/route-table.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { Action } from '../service.js';
import { invalidParameter, mutation } from './dry-run.js';
import { findOne, instanceIdentifiers, networkInterfaceIdentifiers, routeTableIdentifiers } from './identifiers.js';
import type { RequestedTarget, RouteParameters } from './route-request.js';
import { readDestination, readRouteTableId, readTarget, routeParameters } from './route-request.js';

/** CreateRoute: adds a route for a destination that the table has none for. */
export const createRoute = (world: World): Action =>
  mutation(routeParameters.omit({ LocalTarget: true }), (parameters) => {
    const { table, destination, target } = resolve(world, parameters);
    if (world.network.isTaken(table, destination, target))
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination.value} already exists.`);
    return () => {
      if (routeFor(table.routes, destination)) return { result: { return: true } };
      world.network.putRoute(table, { destination, target, origin: 'CreateRoute', targetIsGone: false });
      return {
        result: { return: true },
        effect: `routed ${destination.value} of ${table.routeTableId} to ${target.id}`,
      };
    };
  });

/** ReplaceRoute: gives a route of the table another target. */
export const replaceRoute = (world: World): Action =>
  mutation(routeParameters, (parameters) => {
    const { table, destination, target } = resolve(world, parameters);
    const current = routeFor(table.routes, destination);
    if (!current) {
      const message = `There is no route defined for '${destination.value}' in the route table. Use CreateRoute instead.`;
      throw new AwsError(invalidParameter, message);
    }
    return () => {
      if (isSameTarget(current.target, target)) return { result: { return: true } };
      world.network.putRoute(table, { ...current, target, targetIsGone: false });
      const effect = `routed ${destination.value} of ${table.routeTableId} to ${target.id}, before to ${current.target.id}`;
      return { result: { return: true }, effect };
    };
  });

interface Resolved {
  readonly table: RouteTable;
  readonly destination: Destination;
  readonly target: RouteTarget;
}

/**
 * Finds what a request names, and refuses what EC2 refuses for both actions. Gateways and other targets that are not
 * interfaces are no part of this world: whatever their identifiers could be, is there.
 */
function resolve(world: World, parameters: RouteParameters): Resolved {
  const routeTableId = readRouteTableId(parameters);
  const destination = readDestination(parameters);
  const requested = readTarget(parameters);
  const table = findOne(routeTableIdentifiers, world.network.routeTables, routeTableId);
  const target = resolveTarget(world, table, requested);
  const refusal = refuseTarget(table.routes, destination, target);
  if (refusal !== undefined) throw new AwsError(invalidParameter, refusal);
  return { table, destination, target };
}

function resolveTarget(world: World, table: RouteTable, requested: RequestedTarget): RouteTarget {
  if (requested.kind !== 'instanceId' && requested.kind !== 'networkInterfaceId') return requested;
  const nic = requested.kind === 'instanceId' ? interfaceOf(world, requested.id) : interfaceWith(world, requested.id);
  if (nic.vpcId !== table.vpcId) {
    const message = `route table ${table.routeTableId} and interface ${nic.interfaceId} belong to different networks`;
    throw new AwsError(invalidParameter, message);
  }
  return { kind: 'networkInterfaceId', id: nic.interfaceId };
}

function interfaceWith({ network }: World, id: string): AttachedInterface {
  const known = new Map(network.interfaces().map((nic) => [nic.interfaceId, nic]));
  return findOne(networkInterfaceIdentifiers, known, id);
}

/** The only interface of an instance. With several the caller has to say which. Source: EC2 API reference, CreateRoute, InstanceId. */
function interfaceOf({ instances, network }: World, instanceId: string): AttachedInterface {
  const found = findOne(instanceIdentifiers, instances, instanceId);
  const [nic, ...others] = network.interfaces().filter(({ instance }) => instance === found);
  if (!nic) throw new AwsError('InvalidInstanceID', `There are no interfaces attached to instance '${instanceId}'.`);
  if (others.length === 0) return nic;
  throw new AwsError(
    'InvalidInstanceID',
    `There are multiple interfaces attached to instance '${instanceId}'. Please specify an interface ID for the operation instead.`,
  );
}
