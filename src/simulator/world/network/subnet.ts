import { z } from 'zod';
import { cidrBlock } from './cidr.js';
import { hex } from '../instance.js';

/** What a caller may say of a subnet; the rest is made up, the same in every run. */
export const subnetOptions = z.strictObject({
  subnetId: z
    .string()
    .min(1)
    .optional()
    .describe('default: counted, so that subnet N is that of the interfaces at index N - 1, unless they say otherwise'),
  vpcId: z.string().min(1),
  availabilityZone: z.string().optional().describe("default: the region's first zone"),
  cidrBlock: cidrBlock(4).optional().describe('default: 10.N-1.0.0/16, or none when there is an ipv6CidrBlock'),
  ipv6CidrBlock: cidrBlock(6).optional().describe('default: none'),
  tags: z.record(z.string(), z.string()).optional(),
});
export type SubnetOptions = z.input<typeof subnetOptions>;

/** A simulated subnet. One without an IPv4 block is IPv6 only. */
export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly cidrBlock: string | undefined;
  readonly ipv6CidrBlock: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Makes up a subnet. `ordinal` counts the subnets of a simulator from 1 and is all that made-up values depend on.
 *
 * @throws `ZodError` when an option is not what `subnetOptions` accepts.
 */
export function createSubnet(options: SubnetOptions, ordinal: number, region: string): Subnet {
  const { subnetId, vpcId, availabilityZone, cidrBlock, ipv6CidrBlock, tags } = subnetOptions.parse(options);
  const usualBlock = `10.${(ordinal - 1) % 256}.0.0/16`;
  return {
    subnetId: subnetId ?? `subnet-${hex(ordinal, 17)}`,
    vpcId,
    availabilityZone: availabilityZone ?? `${region}a`,
    cidrBlock: cidrBlock ?? (ipv6CidrBlock === undefined ? usualBlock : undefined),
    ipv6CidrBlock,
    tags: { ...tags },
  };
}
