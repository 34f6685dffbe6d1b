import { z } from 'zod';
import type { ServiceName } from '../services/service.js';

/** A token bucket: `capacity` requests at once, then `perSecond` of simulated time. */
const bucket = z.strictObject({ capacity: z.int().min(1), perSecond: z.number().positive() });
export type Bucket = Readonly<z.output<typeof bucket>>;

/**
 * The buckets, with the figures that are published or were observed by those who run large fleets.
 *
 * - `elbv2Targets` (RegisterTargets and DeregisterTargets together), `elbv2Describe`, `elbv2Modify` (every other change): the
 *   defaults of the AWS Load Balancer Controller, which follow the ELB documentation. Older texts give Describe 40 and 10.
 * - `ec2Describe`: EC2 API reference, "Request throttling": per action. `ec2DescribeAll` (no ids, no filters) and `ec2Change`: the
 *   same page, in older words.
 * - The others have no published figure, and no limit unless one is given.
 */
const published = {
  elbv2Targets: { capacity: 20, perSecond: 4 },
  elbv2Describe: { capacity: 200, perSecond: 50 },
  elbv2Modify: { capacity: 20, perSecond: 3 },
  ec2Describe: { capacity: 100, perSecond: 20 },
  ec2DescribeAll: { capacity: 50, perSecond: 10 },
  ec2Change: { capacity: 50, perSecond: 5 },
  autoscaling: 'off',
  ssm: 'off',
  tagging: 'off',
  sts: 'off',
  imds: 'off',
} as const;

type BucketName = keyof typeof published;

const limit = bucket.or(z.literal('off'));

/** Limits that differ from the published ones, by bucket; or `off` for none at all. */
export const throttlingSchema = z
  .enum(['published', 'off'])
  .or(z.partialRecord(z.enum(Object.keys(published) as [BucketName, ...BucketName[]]), limit));
export type Throttling = z.output<typeof throttlingSchema>;

/** Which bucket a request takes a token from, and whether each action has its own. */
interface Charge {
  readonly bucket: BucketName;
  readonly perAction: boolean;
}

/** Of one request: what decides its bucket. */
export interface ChargedRequest {
  readonly service: ServiceName | 'imds';
  readonly action: string;
  /** Whether it names ids or filters. */
  readonly isFiltered: boolean;
}

/** The bucket of a request: its name, which is the same for all requests that share it, and its limit; undefined for none. */
export function limitOf(request: ChargedRequest, throttling: Throttling): { name: string; limit: Bucket } | undefined {
  if (throttling === 'off') return undefined;
  const { bucket, perAction } = chargeOf(request);
  const limits = throttling === 'published' ? published : { ...published, ...throttling };
  const limit = limits[bucket];
  return limit === 'off' ? undefined : { name: perAction ? `${bucket}/${request.action}` : bucket, limit };
}

function chargeOf({ service, action, isFiltered }: ChargedRequest): Charge {
  switch (service) {
    case 'elbv2':
      return { bucket: elbv2Bucket(action), perAction: false };
    case 'ec2':
      if (!action.startsWith('Describe')) return { bucket: 'ec2Change', perAction: true };
      return { bucket: isFiltered ? 'ec2Describe' : 'ec2DescribeAll', perAction: true };
    default:
      return { bucket: service, perAction: false };
  }
}

function elbv2Bucket(action: string): BucketName {
  if (action === 'RegisterTargets' || action === 'DeregisterTargets') return 'elbv2Targets';
  return action.startsWith('Describe') ? 'elbv2Describe' : 'elbv2Modify';
}
