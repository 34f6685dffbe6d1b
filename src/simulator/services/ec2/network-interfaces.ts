import { z } from 'zod';
import type { AttachedInterface } from '../../world/network/network.js';
import type { World } from '../../world/world.js';
import type { XmlValue } from '../../wire/xml.js';
import { items } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { listOf } from '../service.js';
import { description } from './dry-run.js';
import type { FilterFields } from './filters.js';
import { networkInterfaceIdentifiers } from './identifiers.js';
import { listingParameters, listPage } from './listing.js';
import { describeTags } from './tags.js';

/** Interfaces per page. Source: EC2 API reference, DescribeNetworkInterfaces, MaxResults. */
const largestPage = 1000;

const parameters = z.object({ ...listingParameters, NetworkInterfaceId: listOf(z.string()) });

/** DescribeNetworkInterfaces: by id or filter, or all; there are none but those of instances. */
export const describeNetworkInterfaces = (world: World, pageSize: number | undefined): Action =>
  description(parameters, ({ NetworkInterfaceId: ids, ...asked }, _caller, asOf) => {
    const page = listPage(
      {
        identifiers: networkInterfaceIdentifiers,
        all: new Map(world.network.interfaces(asOf).map((nic) => [nic.interfaceId, nic])),
        fields: fieldsOf(world.account),
        idsParameter: 'NetworkInterfaceIds',
        largestPage,
        pageSize,
      },
      { ids, ...asked },
    );
    const described = page.items.map((nic) => describeInterface(nic, world.account));
    return { result: { networkInterfaceSet: items(described), nextToken: page.next } };
  });

const fieldsOf = (account: string): FilterFields<AttachedInterface> => ({
  'addresses.primary': () => ['true'],
  'addresses.private-ip-address': ({ privateIp }) => [privateIp],
  'attachment.attachment-id': (nic) => [attachmentId(nic)],
  'attachment.device-index': ({ deviceNumber }) => [String(deviceNumber)],
  'attachment.instance-id': ({ instance }) => [instance.instanceId],
  'attachment.instance-owner-id': () => [account],
  'attachment.status': () => ['attached'],
  'availability-zone': ({ instance }) => [instance.availabilityZone],
  description: (nic) => [nic.description],
  'interface-type': () => ['interface'],
  'mac-address': ({ mac }) => [mac],
  'network-interface-id': ({ interfaceId }) => [interfaceId],
  'owner-id': () => [account],
  'private-ip-address': ({ privateIp }) => [privateIp],
  status: () => ['in-use'],
  'subnet-id': ({ subnetId }) => [subnetId],
  'vpc-id': ({ vpcId }) => [vpcId],
});

const describeInterface = (nic: AttachedInterface, account: string): XmlValue => ({
  networkInterfaceId: nic.interfaceId,
  subnetId: nic.subnetId,
  vpcId: nic.vpcId,
  availabilityZone: nic.instance.availabilityZone,
  description: nic.description,
  ownerId: account,
  requesterManaged: false,
  status: 'in-use',
  macAddress: nic.mac,
  privateIpAddress: nic.privateIp,
  privateIpAddressesSet: items([{ privateIpAddress: nic.privateIp, primary: true }]),
  groupSet: items([{ groupId: 'sg-00000000000000001', groupName: 'default' }]),
  attachment: {
    attachmentId: attachmentId(nic),
    instanceId: nic.instance.instanceId,
    instanceOwnerId: account,
    deviceIndex: nic.deviceNumber,
    status: 'attached',
    attachTime: new Date(nic.instance.launchedAt).toISOString(),
    deleteOnTermination: true,
  },
  interfaceType: 'interface',
  tagSet: describeTags(nic.tags),
});

const attachmentId = ({ interfaceId }: AttachedInterface): string => interfaceId.replace(/^eni-/, 'eni-attach-');
