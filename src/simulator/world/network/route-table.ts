import { z } from 'zod';
import type { Cidr } from './cidr.js';
import { cidrBlock, parseCidr } from './cidr.js';
import { hex } from '../instance.js';
import type { Route } from './route.js';
import { createRoute, localRoute, routeOptions } from './route.js';
import { Timeline } from '../timeline.js';

/** What a caller may say of a route table; the rest is made up, the same in every run. */
export const routeTableOptions = z.strictObject({
  routeTableId: z.string().min(1).optional().describe('default: counted'),
  vpcId: z.string().min(1),
  tags: z.record(z.string(), z.string()).optional(),
  main: z.boolean().optional().describe('whether it is the table of all subnets that have none; default: false'),
  subnetIds: z.array(z.string()).optional().describe('the subnets that it is explicitly for; default: none'),
  localCidrBlocks: z
    .array(cidrBlock(4).or(cidrBlock(6)))
    .optional()
    .describe("the VPC's blocks, each of which has a local route; default: 10.0.0.0/16"),
  routes: z.array(routeOptions).optional().describe('beside the local ones; default: none'),
});
export type RouteTableOptions = z.input<typeof routeTableOptions>;

/** What a route table is for: one subnet, or as the main table all subnets of the VPC that have none of their own. */
export interface Association {
  readonly associationId: string;
  readonly main: boolean;
  readonly subnetId: string | undefined;
}

/** A simulated route table. */
export interface RouteTable {
  readonly routeTableId: string;
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly associations: readonly Association[];
  /** The routes, and those before: reads can lag in AWS. */
  readonly routeTimeline: Timeline<readonly Route[]>;
  readonly routes: readonly Route[];
}

/** The block of a VPC of which nothing is said. */
const usualBlock = '10.0.0.0/16';

/**
 * Makes up a route table. `ordinal` counts the tables of a simulator from 1 and is all that made-up values depend on.
 *
 * @throws `ZodError` when an option is not what `routeTableOptions` accepts.
 */
export function createRouteTable(options: RouteTableOptions, ordinal: number, now: number): RouteTable {
  const { routeTableId, vpcId, tags, main = false, subnetIds = [], ...read } = routeTableOptions.parse(options);
  const blocks = (read.localCidrBlocks ?? [usualBlock]).map(parseCidr).filter((cidr): cidr is Cidr => !!cidr);
  const routes = [...blocks.map(localRoute), ...(read.routes ?? []).map(createRoute)];
  const associated = [...(main ? [undefined] : []), ...new Set(subnetIds)];
  const routeTimeline = new Timeline<readonly Route[]>(routes, now);
  return {
    routeTableId: routeTableId ?? `rtb-${hex(ordinal, 17)}`,
    vpcId,
    tags: { ...tags },
    associations: associated.map((subnetId, index) => ({
      associationId: `rtbassoc-${hex(ordinal * 4096 + index, 17)}`,
      main: subnetId === undefined,
      subnetId,
    })),
    routeTimeline,
    get routes() {
      return routeTimeline.latest;
    },
  };
}
