import * as z from 'zod/mini';
import { instanceIdSchema } from './ids.js';

/** Who this machine is, as its metadata service says: the identity is that of the primary network interface. Plain JSON. */
export interface InstanceMetadata {
  /** Such as `i-0123456789abcdef0`. */
  readonly instanceId: string;
  readonly vpcId: string;
  /** Such as `eu-central-1a`. */
  readonly availabilityZone: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** IPv4 or IPv6. */
  readonly privateIp: string;
}

export const instanceMetadataSchema: z.ZodMiniType<InstanceMetadata> = z.object({
  instanceId: instanceIdSchema,
  vpcId: z.string().check(z.minLength(1, { error: 'a VPC id' })),
  availabilityZone: z.string().check(z.minLength(1, { error: 'an availability zone' })),
  region: z.string().check(z.minLength(1, { error: 'a region' })),
  privateIp: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address' }),
});
