import { z } from 'zod';
import type { Instance, InstanceState, NetworkInterface } from '../world/instance.js';
import type { World } from '../world/world.js';
import { AwsError } from '../wire/aws-error.js';
import type { XmlValue } from '../wire/xml.js';
import { items } from '../wire/xml.js';
import { parseFilter } from './ec2-filters.js';
import { pageOf } from './page.js';
import type { Action } from './service.js';
import { action, listOf } from './service.js';

const invalidParameter = 'InvalidParameterValue';
/** Instances per page. Source: EC2 API reference, DescribeInstances, MaxResults. */
const largestPage = 1000;
const smallestPage = 5;

const parameters = z.object({
  InstanceId: listOf(z.string()),
  Filter: listOf(z.object({ Name: z.string(), Value: listOf(z.string()) })),
  MaxResults: z.coerce.number().int().min(smallestPage).max(largestPage).optional(),
  NextToken: z.string().optional(),
});

/** Instance states with their numbers. Source: EC2 API reference, InstanceState. */
const stateCodes: Readonly<Record<InstanceState, number>> = { pending: 0, running: 16, terminated: 48, stopped: 80 };

const wellFormedId = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

/** DescribeInstances: by id or filter, or all; each in a reservation of its own. */
export const describeInstances = (world: World, pageSize = largestPage): Action =>
  action(invalidParameter, parameters, ({ InstanceId = [], Filter = [], MaxResults, NextToken }) => {
    if (InstanceId.length > 0 && MaxResults !== undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    const candidates = InstanceId.length > 0 ? findInstances(world, InstanceId) : [...world.instances.values()];
    const filters = Filter.map(({ Name, Value = [] }) => parseFilter(Name, Value));
    const found = candidates.filter((instance) => filters.every((passes) => passes(instance)));
    const page = pageOf(found, NextToken, Math.min(MaxResults ?? largestPage, pageSize), invalidParameter);
    const reservations = page.items.map((instance) => describeReservation(instance, world.account));
    return { result: { reservationSet: items(reservations), nextToken: page.next } };
  });

function findInstances(world: World, ids: readonly string[]): Instance[] {
  const unique = [...new Set(ids)];
  const unknown = unique.filter((id) => !world.instances.has(id));
  const malformed = unknown.find((id) => !wellFormedId.test(id));
  if (malformed !== undefined) throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  if (unknown.length === 1) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${unknown.join()}' does not exist`);
  }
  if (unknown.length > 1) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance IDs '${unknown.join(', ')}' do not exist`);
  }
  return unique.map((id) => world.instance(id));
}

const describeReservation = (instance: Instance, account: string): XmlValue => ({
  reservationId: instance.instanceId.replace(/^i-/, 'r-'),
  ownerId: account,
  groupSet: items([]),
  instancesSet: items([describeInstance(instance, account)]),
});

function describeInstance(instance: Instance, account: string): XmlValue {
  const { state } = instance;
  // EC2 takes the addresses from a terminated instance.
  const attached = state !== 'terminated';
  return {
    instanceId: instance.instanceId,
    imageId: 'ami-00000000000000001',
    instanceState: { code: stateCodes[state], name: state },
    privateDnsName: attached ? `ip-${instance.privateIp.replaceAll('.', '-')}.internal` : '',
    instanceType: 'c6in.large',
    launchTime: new Date(instance.launchedAt).toISOString(),
    placement: { availabilityZone: instance.availabilityZone, groupName: '', tenancy: 'default' },
    subnetId: attached ? instance.subnetId : undefined,
    vpcId: attached ? instance.vpcId : undefined,
    privateIpAddress: attached ? instance.privateIp : undefined,
    architecture: 'x86_64',
    tagSet: items(Object.entries(instance.tags).map(([key, value]) => ({ key, value }))),
    networkInterfaceSet: items(attached ? instance.nics.map((nic) => describeInterface(nic, account)) : []),
  };
}

const describeInterface = (nic: NetworkInterface, account: string): XmlValue => ({
  networkInterfaceId: nic.interfaceId,
  subnetId: nic.subnetId,
  vpcId: nic.vpcId,
  ownerId: account,
  status: 'in-use',
  macAddress: nic.mac,
  privateIpAddress: nic.privateIp,
  attachment: { deviceIndex: nic.deviceNumber, status: 'attached' },
});
