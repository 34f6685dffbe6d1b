import { z } from 'zod';
import { instanceIdSchema } from './ids.js';

/** Who this machine is, as its metadata service says. */
export const instanceMetadataSchema = z.object({
  instanceId: instanceIdSchema,
  vpcId: z.string().min(1, { error: 'a VPC id' }),
  availabilityZone: z.string().min(1, { error: 'an availability zone' }),
  region: z.string().min(1, { error: 'a region' }),
  privateIp: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address' }),
});

export type InstanceMetadata = z.infer<typeof instanceMetadataSchema>;
