import { z } from 'zod';
import { parseCidr, sizeOf } from '../../world/network/cidr.js';
import type { Network } from '../../world/network/network.js';
import type { Subnet } from '../../world/network/subnet.js';
import type { World } from '../../world/world.js';
import type { XmlValue } from '../../wire/xml.js';
import { items } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { listOf } from '../service.js';
import { description } from './dry-run.js';
import type { FilterFields } from './filters.js';
import { subnetIdentifiers } from './identifiers.js';
import { listingParameters, listPage } from './listing.js';
import { describeTags } from './tags.js';

/** Subnets per page. Source: EC2 API reference, DescribeSubnets, MaxResults. */
const largestPage = 1000;

/** Addresses that EC2 keeps of each IPv4 block: the first four and the last. Source: VPC user guide, "Subnet CIDR blocks". */
const keptAddresses = 5;

const parameters = z.object({ ...listingParameters, SubnetId: listOf(z.string()) });

/** DescribeSubnets: by id or filter, or all. */
export const describeSubnets = (world: World, pageSize: number | undefined): Action =>
  description(parameters, ({ SubnetId: ids, ...asked }) => {
    const page = listPage(
      {
        identifiers: subnetIdentifiers,
        all: world.network.subnets,
        fields: fieldsOf(world),
        idsParameter: 'SubnetIds',
        largestPage,
        pageSize,
      },
      { ids, ...asked },
    );
    return {
      result: { subnetSet: items(page.items.map((subnet) => describeSubnet(world, subnet))), nextToken: page.next },
    };
  });

const fieldsOf = (world: World): FilterFields<Subnet> => {
  const availabilityZone = ({ availabilityZone }: Subnet) => [availabilityZone];
  const cidr = ({ cidrBlock }: Subnet) => textsOf(cidrBlock);
  const isDefault = () => ['false'];
  return {
    'availability-zone': availabilityZone,
    availabilityZone,
    'available-ip-address-count': (subnet) => [String(freeAddresses(world.network, subnet))],
    'cidr-block': cidr,
    cidr,
    cidrBlock: cidr,
    'default-for-az': isDefault,
    defaultForAz: isDefault,
    'ipv6-cidr-block-association.ipv6-cidr-block': ({ ipv6CidrBlock }) => textsOf(ipv6CidrBlock),
    'ipv6-native': (subnet) => [String(isIpv6Only(subnet))],
    'owner-id': () => [world.account],
    state: () => ['available'],
    'subnet-arn': (subnet) => [arnOf(world, subnet)],
    'subnet-id': ({ subnetId }) => [subnetId],
    'vpc-id': ({ vpcId }) => [vpcId],
  };
};

const describeSubnet = (world: World, subnet: Subnet): XmlValue => ({
  subnetId: subnet.subnetId,
  subnetArn: arnOf(world, subnet),
  state: 'available',
  ownerId: world.account,
  vpcId: subnet.vpcId,
  cidrBlock: subnet.cidrBlock,
  ipv6CidrBlockAssociationSet: items(
    textsOf(subnet.ipv6CidrBlock).map((ipv6CidrBlock) => ({
      associationId: subnet.subnetId.replace(/^subnet-/, 'subnet-cidr-assoc-'),
      ipv6CidrBlock,
      ipv6CidrBlockState: { state: 'associated' },
    })),
  ),
  availableIpAddressCount: freeAddresses(world.network, subnet),
  availabilityZone: subnet.availabilityZone,
  defaultForAz: false,
  mapPublicIpOnLaunch: false,
  mapCustomerOwnedIpOnLaunch: false,
  assignIpv6AddressOnCreation: false,
  enableDns64: false,
  ipv6Native: isIpv6Only(subnet),
  tagSet: describeTags(subnet.tags),
});

const arnOf = ({ region, account }: World, { subnetId }: Subnet): string =>
  `arn:aws:ec2:${region}:${account}:subnet/${subnetId}`;

const isIpv6Only = ({ cidrBlock }: Subnet): boolean => cidrBlock === undefined;

const textsOf = (text: string | undefined): string[] => (text === undefined ? [] : [text]);

/** How many IPv4 addresses of a subnet are not taken; those of stopped instances are. */
function freeAddresses(network: Network, { subnetId, cidrBlock }: Subnet): number {
  const block = cidrBlock === undefined ? undefined : parseCidr(cidrBlock);
  if (!block) return 0;
  const taken = network.interfaces().filter((nic) => nic.subnetId === subnetId).length;
  return Math.max(0, Number(sizeOf(block)) - keptAddresses - taken);
}
