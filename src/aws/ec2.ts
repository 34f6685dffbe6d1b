import type { DescribeInstancesCommandInput, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answer } from './answers.js';
import type { ClusterQuery, Instances } from './api.js';
import { isNotFound } from './faults.js';

const instanceSchema = z.object({ InstanceId: z.string(), PrivateIpAddress: z.string().optional() });

/**
 * Instances over EC2. The client is loaded at the first call: it is by far the heaviest of the SDK's (28 MB installed,
 * 70 MB resident), and a life needs it once, for the peers, while the target becomes healthy.
 */
export function ec2Instances(load: () => Promise<EC2Client>): Instances {
  let client: Promise<EC2Client> | undefined;

  const describe = async (query: DescribeInstancesCommandInput, signal: AbortSignal) =>
    everyInstance(await (client ??= load()), instanceSchema, query, signal);

  return {
    async peerIps({ except, ...cluster }, signal) {
      const found = await describe({ Filters: [...filtersOf(cluster), running] }, signal);
      const peers = found.filter(({ InstanceId }) => InstanceId !== except);
      return peers.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []).sort();
    },

    async privateIp(instanceId, signal) {
      try {
        const [instance] = await describe({ InstanceIds: [instanceId] }, signal);
        return instance?.PrivateIpAddress;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

export const running = { Name: 'instance-state-name', Values: ['running'] };

/** What belongs to a cluster in a VPC: the tag alone would merge clusters of the same name. */
export const filtersOf = ({ vpcId, tag }: ClusterQuery) => [
  { Name: 'vpc-id', Values: [vpcId] },
  { Name: `tag:${tag.key}`, Values: [tag.value] },
];

/** All pages. The command is loaded with the client, for the same reason. */
export async function everyInstance<Instance>(
  client: EC2Client,
  schema: z.ZodType<Instance>,
  query: DescribeInstancesCommandInput,
  abortSignal: AbortSignal,
): Promise<Instance[]> {
  const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  const pageSchema = z.object({
    Reservations: z.array(z.object({ Instances: z.array(schema) })),
    NextToken: z.string().optional(),
  });
  const found: Instance[] = [];
  let token: string | undefined;
  do {
    const input = { ...query, ...(token === undefined ? {} : { NextToken: token }) };
    const page = answer(
      'DescribeInstances',
      pageSchema,
      await client.send(new DescribeInstancesCommand(input), { abortSignal }),
    );
    found.push(...page.Reservations.flatMap(({ Instances }) => Instances));
    token = page.NextToken === '' ? undefined : page.NextToken;
  } while (token !== undefined);
  return found;
}
