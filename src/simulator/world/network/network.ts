import type { Assumptions } from '../../assumptions.js';
import type { Clock } from '../../clock.js';
import type { Instance, NetworkInterface } from '../instance.js';
import type { Destination, Route, RouteTarget } from './route.js';
import { isSameTarget, routeFor } from './route.js';
import type { RouteTable, RouteTableOptions } from './route-table.js';
import { createRouteTable } from './route-table.js';
import type { Subnet, SubnetOptions } from './subnet.js';
import { createSubnet } from './subnet.js';

/** A network interface and the instance that it is attached to. */
export interface AttachedInterface extends NetworkInterface {
  readonly instance: Instance;
}

/** What AWS does not document of routes. */
export type RouteRules = Pick<Assumptions, 'repeatedCreateRoute' | 'routeToStopped'>;

/** What instances of a world are connected by: subnets, route tables, and the interfaces of the instances themselves. */
export class Network {
  readonly subnets = new Map<string, Subnet>();
  readonly routeTables = new Map<string, RouteTable>();
  readonly #clock: Clock;
  readonly #region: string;
  readonly #instances: ReadonlyMap<string, Instance>;
  readonly #rules: RouteRules;

  constructor(options: { clock: Clock; region: string; instances: ReadonlyMap<string, Instance>; rules: RouteRules }) {
    this.#clock = options.clock;
    this.#region = options.region;
    this.#instances = options.instances;
    this.#rules = options.rules;
  }

  /** @throws when the id is taken, or an option is not allowed. */
  createSubnet(options: SubnetOptions): Subnet {
    const subnet = createSubnet(options, this.subnets.size + 1, this.#region);
    if (this.subnets.has(subnet.subnetId)) throw new Error(`subnet ${subnet.subnetId} exists already`);
    this.subnets.set(subnet.subnetId, subnet);
    return subnet;
  }

  /** @throws when the id is taken, an option is not allowed, or a subnet is unknown, of another VPC or has a table already. */
  createRouteTable(options: RouteTableOptions): RouteTable {
    const table = createRouteTable(options, this.routeTables.size + 1, this.#clock.now());
    const refusal = this.#refuse(table);
    if (refusal !== undefined) throw new Error(`route table ${table.routeTableId}: ${refusal}`);
    this.routeTables.set(table.routeTableId, table);
    return table;
  }

  /** Every interface there was at a time. EC2 deletes those of an instance that it terminated. @param asOf - default: now */
  interfaces(asOf = Infinity): AttachedInterface[] {
    return [...this.#instances.values()]
      .filter(({ launchedAt, states }) => launchedAt <= asOf && states.at(asOf) !== 'terminated')
      .flatMap((instance) => instance.nics.map((nic) => ({ ...nic, instance })));
  }

  /** The interface with this id at a time; undefined when there was none. @param asOf - default: now */
  interface(interfaceId: string, asOf = Infinity): AttachedInterface | undefined {
    return this.interfaces(asOf).find((nic) => nic.interfaceId === interfaceId);
  }

  /** Whether packets that took this route at a time arrived anywhere. */
  routeState({ target, targetIsGone }: Route, asOf: number): 'active' | 'blackhole' {
    if (target.kind !== 'networkInterfaceId') return targetIsGone ? 'blackhole' : 'active';
    const state = this.interface(target.id, asOf)?.instance.states.at(asOf);
    if (targetIsGone || state === undefined) return 'blackhole';
    return state === 'stopped' ? this.#rules.routeToStopped : 'active';
  }

  /** Whether a route of the table stands in the way of a new one. */
  isTaken(table: RouteTable, destination: Destination, target: RouteTarget): boolean {
    const current = routeFor(table.routes, destination);
    const isRepeated = current !== undefined && isSameTarget(current.target, target);
    return current !== undefined && !(isRepeated && this.#rules.repeatedCreateRoute === 'success');
  }

  /** Puts a route into the table, in the place of the one for the same destination if there is one. */
  putRoute(table: RouteTable, route: Route): void {
    const replaced = routeFor(table.routes, route.destination);
    const routes = replaced
      ? table.routes.map((other) => (other === replaced ? route : other))
      : [...table.routes, route];
    table.routeTimeline.set(routes, this.#clock.now());
  }

  #refuse({ routeTableId, vpcId, associations, routes }: RouteTable): string | undefined {
    if (this.routeTables.has(routeTableId)) return 'exists already';
    const taken = [...this.routeTables.values()].filter((table) => table.vpcId === vpcId);
    for (const { main, subnetId } of associations) {
      if (main && taken.some((table) => table.associations.some((other) => other.main)))
        return `${vpcId} has a main table already`;
      if (subnetId === undefined) continue;
      if (this.subnets.get(subnetId)?.vpcId !== vpcId) return `${vpcId} has no subnet ${subnetId}`;
      if (taken.some((table) => table.associations.some((other) => other.subnetId === subnetId)))
        return `subnet ${subnetId} has a table already`;
    }
    const twice = routes.find((route, index) => {
      const first = routeFor(routes, route.destination);
      return first && first !== route && route.origin === first.origin && routes.indexOf(first) < index;
    });
    return twice && `has two routes for ${twice.destination.value}`;
  }
}
