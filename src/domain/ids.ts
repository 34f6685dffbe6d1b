import * as z from 'zod/mini';

/** The tag that ties a target group, and the instances behind it, to one cluster of appliances. */
export const clusterTag = 'neuwerk:cluster';

export const instanceIdSchema = z
  .string()
  .check(z.regex(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, { error: 'an EC2 instance id such as i-0123456789abcdef0' }));

export const targetGroupArnSchema = z.string().check(
  z.regex(/^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]+$/, {
    error:
      'a target group ARN such as arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0123456789abcdef',
  }),
);

/** `fw-prod/0123456789abcdef`, for a person. */
export const nameOfGroup = (arn: string): string => arn.split(':targetgroup/')[1] ?? arn;

/** `eu-central-1`: a target group is nowhere else, whatever a laptop's own region is. */
export const regionOfGroup = (arn: string): string | undefined => arn.split(':')[3];

/** A cluster name becomes part of a task queue's name, so it holds no slash. EC2 allows tag values of up to 256 characters. */
export const clusterSchema = z.string().check(
  z.regex(/^[^/\s]{1,256}$/, {
    error: `a cluster name (the value of the tag ${clusterTag}) of 1 to 256 characters without slash or space`,
  }),
);

const queuePrefix = 'drawbridge/';

export const startupId = (instanceId: string): string => `startup/${instanceId}`;
export const shutdownId = (instanceId: string): string => `shutdown/${instanceId}`;
export const verifyId = (cluster: string): string => `verify/${cluster}`;

/** Every agent and fleet worker of the cluster polls this queue: workflows, and activities that need only AWS. */
export const fleetQueue = (cluster: string): string => `${queuePrefix}${cluster}`;

/** Only the agent on this instance polls this queue: activities that need the machine, and AWS activities by preference. */
export const hostQueue = (fleet: string, instanceId: string): string => `${fleet}/${instanceId}`;

/** Fleet workers alone poll this queue: what an operator asks of AWS and of the instances. No appliance may run commands on another. */
export const operationsQueue = (fleet: string): string => `${fleet}/operations`;

/** The cluster that a fleet queue belongs to, or undefined when the queue is not one of ours. */
export function clusterOf(queue: string): string | undefined {
  const cluster = queue.startsWith(queuePrefix) ? queue.slice(queuePrefix.length) : undefined;
  return z.safeParse(clusterSchema, cluster).data;
}
