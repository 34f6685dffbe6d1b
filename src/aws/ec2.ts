import type { DescribeInstancesCommandInput, EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { instanceStates } from '../domain/ec2-instance.js';
import type { Ec2Instance } from '../domain/ec2-instance.js';
import { answer } from './answers.js';
import type { ClusterQuery, Instances, WhichInstances } from './api.js';
import { everyPage } from './pages.js';

const instanceSchema = z.object({ InstanceId: z.string(), PrivateIpAddress: z.optional(z.string()) });
const describedSchema = z.extend(instanceSchema, {
  State: z.object({ Name: z.catch(z.union([z.enum(instanceStates), z.literal('unknown')]), 'unknown') }),
  VpcId: z.optional(z.string()),
  Placement: z.optional(z.object({ AvailabilityZone: z.optional(z.string()) })),
  NetworkInterfaces: z._default(
    z.array(z.object({ PrivateIpAddresses: z._default(z.array(z.object({ PrivateIpAddress: z.string() })), []) })),
    [],
  ),
});

/** The most values of one filter. Source: EC2 API reference, "Filtering": 200 per request. */
const filterValues = 200;

/**
 * Instances over EC2. The client is loaded at the first call: a life needs it once, for the peers, while the target becomes
 * healthy.
 */
export function ec2Instances(load: () => Promise<EC2Client>): Instances {
  let client: Promise<EC2Client> | undefined;

  const every = async <T>(schema: z.ZodMiniType<T>, query: DescribeInstancesCommandInput, signal: AbortSignal) =>
    everyInstance(await (client ??= load()), schema, query, signal);

  return {
    async peerIps({ except, ...cluster }, signal) {
      const found = await every(instanceSchema, { Filters: [...filtersOf(cluster), running] }, signal);
      const peers = found.filter(({ InstanceId }) => InstanceId !== except);
      return peers.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []).sort();
    },

    async describe(which, signal) {
      const found: Ec2Instance[] = [];
      for (const Filters of idFiltersOf(which)) {
        found.push(...(await every(describedSchema, { Filters }, signal)).map(instanceOf));
      }
      return found;
    },
  };
}

/** By filter also where ids are known: by id, one that EC2 has forgotten would fail the request for all the others. */
function idFiltersOf(which: WhichInstances) {
  const [Name, values, others] =
    'instanceIds' in which
      ? ['instance-id', which.instanceIds, []]
      : [
          'network-interface.addresses.private-ip-address',
          which.addresses,
          [{ Name: 'vpc-id', Values: [which.vpcId] }],
        ];
  const requests = Math.ceil(values.length / filterValues);
  return Array.from({ length: requests }, (_, at) => [
    { Name, Values: values.slice(at * filterValues, (at + 1) * filterValues) },
    ...others,
  ]);
}

function instanceOf(described: z.infer<typeof describedSchema>): Ec2Instance {
  const { InstanceId, State, PrivateIpAddress = null, VpcId = null, Placement, NetworkInterfaces } = described;
  return {
    instanceId: InstanceId,
    state: State.Name,
    privateIp: PrivateIpAddress,
    vpcId: VpcId,
    zone: Placement?.AvailabilityZone ?? null,
    addresses: NetworkInterfaces.flatMap(({ PrivateIpAddresses }) =>
      PrivateIpAddresses.map((each) => each.PrivateIpAddress),
    ),
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
  schema: z.ZodMiniType<Instance>,
  query: DescribeInstancesCommandInput,
  abortSignal: AbortSignal,
): Promise<Instance[]> {
  const { DescribeInstancesCommand } = await import('./ec2-client.js');
  const pageSchema = z.object({
    Reservations: z.array(z.object({ Instances: z.array(schema) })),
    NextToken: z.optional(z.string()),
  });
  return everyPage(async (NextToken) => {
    const output = await client.send(new DescribeInstancesCommand({ ...query, NextToken }), { abortSignal });
    const page = answer('DescribeInstances', pageSchema, output);
    return { items: page.Reservations.flatMap(({ Instances }) => Instances), next: page.NextToken };
  });
}
