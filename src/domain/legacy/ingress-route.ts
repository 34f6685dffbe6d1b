import { StepFailure } from '../failures.js';
import { clusterTag } from '../ids.js';

/** The destination of a default route. */
export const everywhere = '0.0.0.0/0';

/** A route table of the cluster, as far as it matters here. */
export interface RouteTable {
  readonly routeTableId: string;
  /** Those that it is explicitly associated with; a main table has none for the rest of the VPC. */
  readonly subnetIds: readonly string[];
  readonly routes: readonly Route[];
}

export interface Route {
  /** An IPv4 block; undefined for a route of IPv6 or of a prefix list, which is never a default route here. */
  readonly destination: string | undefined;
  /** What it leads to, such as an `igw-…` or an `eni-…`; undefined where EC2 does not say. */
  readonly target: string | undefined;
  /** Whether a virtual private gateway put it there: nobody can replace such a one, and one that is created goes before it. */
  readonly isPropagated: boolean;
}

/** What is to be done about the default route of the ingress subnet's table, or was done. Plain JSON. */
export interface RouteChange {
  /** `keep`: it leads to our interface already. */
  readonly action: 'keep' | 'replace' | 'create';
  readonly routeTableId: string;
  readonly destination: typeof everywhere;
  /** What it led to; null where there was none. */
  readonly from: string | null;
  /** The id of our ingress interface. */
  readonly to: string;
}

/**
 * The table of the ingress subnet, and how its default route comes to lead to the ingress interface.
 *
 * A subnet has at most one table that it is explicitly associated with. Source: VPC user guide, "Subnet route tables".
 *
 * @throws RouteTableNotFound (final): the cluster has no table, or none for this subnet.
 */
export function routeToIngress(
  tables: readonly RouteTable[],
  { cluster, subnetId, eniId }: { cluster: string; subnetId: string | undefined; eniId: string },
): RouteChange {
  const refuse = (message: string) => new StepFailure('RouteTableNotFound', message, { final: true });
  if (tables.length === 0) {
    throw refuse(`could not find neuwerk route tables: none with tag ${clusterTag}=${cluster} in this VPC; tag it`);
  }
  const table = tables.find(({ subnetIds }) => subnetId !== undefined && subnetIds.includes(subnetId));
  if (table === undefined) {
    const found = tables.map((each) => `${each.routeTableId} (${each.subnetIds.join(' ') || 'no subnet'})`).join(', ');
    throw refuse(
      `none of the cluster's route tables is associated with ${subnetId ?? 'an unknown subnet'}, the ingress subnet of ${eniId}: found ${found}; associate one explicitly`,
    );
  }
  const current = table.routes.find(({ destination, isPropagated }) => destination === everywhere && !isPropagated);
  const about = { routeTableId: table.routeTableId, destination: everywhere, to: eniId } as const;
  if (current === undefined) return { action: 'create', ...about, from: null };
  return { action: current.target === eniId ? 'keep' : 'replace', ...about, from: current.target ?? null };
}

/** The change in a sentence; `verb` is in which mood. */
export function sayRouteChange(change: RouteChange, verb: 'done' | 'to do'): string {
  const { action, routeTableId, destination, from, to } = change;
  const route = `route ${destination} of ${routeTableId}`;
  if (action === 'keep') return `${route} leads to ${to} already`;
  const led = from === null ? ', where there is none' : `, away from ${from}`;
  return verb === 'done'
    ? `${route} leads to ${to} now${from === null ? '' : `, before to ${from}`}`
    : `would ${action} ${route}: to ${to}${led}`;
}
