import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod/mini';
import { answer } from './answers.js';
import { everyPage } from './pages.js';
import { isNotFound } from './faults.js';

/** What everybody wants to know of a target group; `z.extend` it to read more. */
export const groupSchema = z.object({
  TargetGroupArn: z.string(),
  Protocol: z.string(),
  TargetType: z._default(z.string(), 'instance'),
  VpcId: z._default(z.string(), ''),
  LoadBalancerArns: z._default(z.array(z.string()), []),
});
const attributesSchema = z.object({
  Attributes: z.array(z.object({ Key: z.string(), Value: z.optional(z.string()) })),
});

/** Undefined when there is no such group. */
export async function describeGroup<Group>(
  client: ElasticLoadBalancingV2Client,
  schema: z.ZodMiniType<Group>,
  arn: string,
  abortSignal: AbortSignal,
): Promise<Group | undefined> {
  try {
    const output = await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), { abortSignal });
    const groupsSchema = z.object({ TargetGroups: z.array(schema).check(z.minLength(1)) });
    return answer('DescribeTargetGroups', groupsSchema, output).TargetGroups[0];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A group's attributes by AWS's keys; those that were never set are there with their defaults. */
export async function describeAttributes(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  abortSignal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const output = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }), { abortSignal });
  const { Attributes } = answer('DescribeTargetGroupAttributes', attributesSchema, output);
  return Object.fromEntries(Attributes.map(({ Key, Value = '' }) => [Key, Value]));
}

/** All of the account's groups in this region; all pages. */
export async function everyGroup<Group>(
  client: ElasticLoadBalancingV2Client,
  schema: z.ZodMiniType<Group>,
  abortSignal: AbortSignal,
): Promise<Group[]> {
  const pageSchema = z.object({ TargetGroups: z.array(schema), NextMarker: z.optional(z.string()) });
  return everyPage(async (Marker) => {
    const output = await client.send(new DescribeTargetGroupsCommand({ Marker }), { abortSignal });
    const page = answer('DescribeTargetGroups', pageSchema, output);
    return { items: page.TargetGroups, next: page.NextMarker };
  });
}
