import { z } from 'zod';
import type { Instance, InstanceState, NetworkInterface } from '../../world/instance.js';
import type { World } from '../../world/world.js';
import type { XmlValue } from '../../wire/xml.js';
import { items } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { listOf } from '../service.js';
import { description } from './dry-run.js';
import type { FilterFields } from './filters.js';
import { instanceIdentifiers } from './identifiers.js';
import { listingParameters, listPage } from './listing.js';

const parameters = z.object({ InstanceId: listOf(z.string()), ...listingParameters });

/** Instance states with their numbers. Source: EC2 API reference, InstanceState. */
export const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const fields: FilterFields<Instance> = {
  'vpc-id': ({ vpcId }) => [vpcId],
  'subnet-id': ({ subnetId }) => [subnetId],
  'instance-id': ({ instanceId }) => [instanceId],
  'instance-state-name': ({ state }) => [state],
  'availability-zone': ({ availabilityZone }) => [availabilityZone],
  'private-ip-address': ({ privateIp }) => [privateIp],
  'network-interface.addresses.private-ip-address': ({ nics }) => nics.map(({ privateIp }) => privateIp),
};

const listing = {
  identifiers: instanceIdentifiers,
  fields,
  idsParameter: 'instancesSet',
  sizeParameter: 'maxResults',
  /** Source: EC2 API reference, DescribeInstances, MaxResults. */
  largestPage: 1000,
};

/** DescribeInstances: by id or filter, or all; each in a reservation of its own. */
export const describeInstances = (world: World, pageSize: number | undefined): Action =>
  description(parameters, ({ InstanceId, ...asked }, _caller, asOf) => {
    const all = asOf >= world.clock.now() ? world.instances : seenAt(world, asOf);
    const page = listPage({ ...listing, all, pageSize }, { ...asked, ids: InstanceId });
    const reservations = page.items.map((instance) => describeReservation(instance, world.account));
    return { result: { reservationSet: items(reservations), nextToken: page.next } };
  });

/** The instances as they were at `time`. */
const seenAt = (world: World, time: number): ReadonlyMap<string, Instance> =>
  new Map(
    [...world.instances]
      .filter(([, { launchedAt }]) => launchedAt <= time)
      .map(([id, instance]) => [id, { ...instance, state: instance.states.at(time) }]),
  );

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
  description: nic.description,
  ownerId: account,
  status: 'in-use',
  macAddress: nic.mac,
  privateIpAddress: nic.privateIp,
  privateIpAddressesSet: items([{ privateIpAddress: nic.privateIp, primary: true }]),
  attachment: { deviceIndex: nic.deviceNumber, status: 'attached' },
});
