import { z } from 'zod';
import type { Instance } from '../../world/instance.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { XmlValue } from '../../wire/xml.js';
import { pageOf } from '../page.js';
import type { Action } from '../service.js';
import { action } from '../service.js';
import { validationException } from './validation.js';

/** Instances per page. Source: SSM API reference, MaxResultsEC2Compatible. */
const largestPage = 50;
const smallestPage = 5;

const values = z.array(z.string().min(1)).min(1).max(100);
const parameters = z.object({
  Filters: z.array(z.object({ Key: z.string().min(1), Values: values })).default([]),
  InstanceInformationFilterList: z.array(z.object({ key: z.string(), valueSet: values })).default([]),
  MaxResults: z.number().int().min(smallestPage).max(largestPage).default(largestPage),
  NextToken: z.string().optional(),
});

/** A managed instance, with what filters look at. */
interface Managed {
  readonly instance: Instance;
  readonly ping: NonNullable<ReturnType<World['commands']['ping']>>;
}

const agentVersion = '3.3.987.0';
const platformType = 'Linux';
const resourceType = 'EC2Instance';
const sourceType = 'AWS::EC2::Instance';

/** DescribeInstanceInformation: the managed instances; one that stopped stays, as an agent that is not heard of. */
export const describeInstanceInformation = (world: World, pageSize = largestPage): Action =>
  action(validationException, parameters, (input, _caller, asOf) => {
    const older = input.InstanceInformationFilterList.map(({ key, valueSet }) => ({ Key: key, Values: valueSet }));
    const filters = [...input.Filters, ...older].map(({ Key, Values }) => parseFilter(Key, Values));
    const found = managedInstances(world, asOf).filter((managed) => filters.every((passes) => passes(managed)));
    const page = pageOf(found, input.NextToken, Math.min(input.MaxResults, pageSize), 'InvalidNextToken');
    return { result: { InstanceInformationList: page.items.map(describe), NextToken: page.next } };
  });

const managedInstances = (world: World, asOf: number): Managed[] =>
  [...world.instances.values()].flatMap((instance) => {
    const ping = world.commands.ping(instance.instanceId, asOf);
    return ping ? [{ instance, ping }] : [];
  });

/** Filters that only know certain values. Source: SSM API reference, InstanceInformationStringFilter. */
const knownValues: Readonly<Record<string, readonly string[]>> = {
  PingStatus: ['Online', 'ConnectionLost', 'Inactive'],
  PlatformType: ['Windows', 'Linux', 'MacOS'],
  PlatformTypes: ['Windows', 'Linux', 'MacOS'],
  ResourceType: ['EC2Instance', 'ManagedInstance'],
  SourceTypes: ['AWS::EC2::Instance', 'AWS::SSM::ManagedInstance', 'AWS::IoT::Thing'],
};

const fields: Readonly<Record<string, (managed: Managed) => readonly string[]>> = {
  InstanceIds: ({ instance }) => [instance.instanceId],
  PingStatus: ({ ping }) => [ping.status],
  AgentVersion: () => [agentVersion],
  PlatformType: () => [platformType],
  PlatformTypes: () => [platformType],
  ResourceType: () => [resourceType],
  SourceIds: ({ instance }) => [instance.instanceId],
  SourceTypes: () => [sourceType],
  ActivationIds: () => [],
  AssociationStatus: () => [],
  IamRole: () => [],
  'tag-key': ({ instance }) => Object.keys(instance.tags),
};

/** @throws `AwsError` InvalidFilterKey for a key that SSM does not have, InvalidInstanceInformationFilterValue for such a value. */
function parseFilter(key: string, values: readonly string[]): (managed: Managed) => boolean {
  const known = Object.hasOwn(knownValues, key) ? knownValues[key] : undefined;
  const strange = known && values.find((value) => !known.includes(value));
  if (strange !== undefined) {
    throw new AwsError('InvalidInstanceInformationFilterValue', `The filter value ${strange} is not valid`);
  }
  const read = fieldNamed(key);
  return (managed) => read(managed).some((value) => values.includes(value));
}

function fieldNamed(key: string): (managed: Managed) => readonly string[] {
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field) return field;
  if (!key.startsWith('tag:')) throw new AwsError('InvalidFilterKey', `The filter key ${key} is not valid`);
  const tag = key.slice('tag:'.length);
  return ({ instance: { tags } }) => (Object.hasOwn(tags, tag) ? [tags[tag] ?? ''] : []);
}

const describe = ({ instance, ping }: Managed): XmlValue => ({
  InstanceId: instance.instanceId,
  PingStatus: ping.status,
  LastPingDateTime: ping.lastAt / 1000,
  AgentVersion: agentVersion,
  IsLatestVersion: true,
  PlatformType: platformType,
  PlatformName: 'Amazon Linux',
  PlatformVersion: '2023',
  ResourceType: resourceType,
  IPAddress: instance.privateIp,
  ComputerName: `ip-${instance.privateIp.replaceAll('.', '-')}.internal`,
  SourceId: instance.instanceId,
  SourceType: sourceType,
});
