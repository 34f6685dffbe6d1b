import { z } from 'zod';
import type { ProbeAddress } from './targets/probe.js';
import { probeAddressSchema } from './targets/probe.js';
import { Timeline } from './timeline.js';

/** EC2's instance states. */
export const instanceStates = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const;
export type InstanceState = (typeof instanceStates)[number];

/** The IAM role of every simulated instance. */
export const instanceRole = 'drawbridge-appliance';

const tagsSchema = z.record(z.string(), z.string());

/** How an instance answers health checks, and whether anybody on it carries flows. */
export const instanceProbe = z
  .union([z.enum(['healthy', 'unhealthy', 'timeout', 'gone', 'real']), z.int().min(100).max(599)])
  .describe(
    'healthy, unhealthy and timeout are scripted, a number is the HTTP status of every answer; gone: nobody listens, and flows are cut; ' +
      'real: a request to probeAddress',
  );
export type InstanceProbe = z.output<typeof instanceProbe>;

const networkInterface = z.strictObject({
  interfaceId: z.string(),
  mac: z.string(),
  deviceNumber: z.int().min(0).describe('0 is the primary one'),
  vpcId: z.string(),
  subnetId: z.string(),
  privateIp: z.string(),
  description: z.string(),
  tags: tagsSchema,
});

/** A network interface of an instance. The primary one has device number 0. */
export type NetworkInterface = z.output<typeof networkInterface>;

/** What a caller may say of an instance; the rest is made up, the same in every run. */
export const instanceOptions = z.strictObject({
  instanceId: z.string().min(1).optional(),
  vpcId: z.string().min(1),
  availabilityZone: z.string().optional().describe("default: the region's first zone"),
  tags: tagsSchema.optional(),
  state: z.enum(instanceStates).optional().describe('default: running'),
  probe: instanceProbe,
  probeAddress: probeAddressSchema.optional().describe('where real probes go'),
  dataplaneAddress: probeAddressSchema
    .optional()
    .describe('where the process that carries flows listens, asked with the probe real; default: probeAddress'),
  metadataTags: z.boolean().optional().describe('whether IMDS serves the tags; off by default in AWS. default: true'),
  imdsPort: z.int().min(0).max(65_535).optional().describe("port of the instance's IMDS listener; default: a free one"),
  nics: z.array(networkInterface.partial()).optional().describe('by device number; default: one'),
});
export type InstanceOptions = z.input<typeof instanceOptions>;

/** A simulated EC2 instance. */
export interface Instance {
  readonly instanceId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
  readonly nics: readonly NetworkInterface[];
  readonly tags: Readonly<Record<string, string>>;
  readonly launchedAt: number;
  readonly metadataTags: boolean;
  /** The credentials of its role that are good now: what tells its requests from another's. */
  accessKeyId: string;
  /** Metadata beside what IMDS derives, by path below `/latest/meta-data/`. */
  readonly metadata: Map<string, string>;
  readonly states: Timeline<InstanceState>;
  readonly state: InstanceState;
  probe: InstanceProbe;
  readonly probeAddress: ProbeAddress | undefined;
  readonly dataplaneAddress: ProbeAddress | undefined;
}

/** Tag keys that instance metadata can serve. Source: EC2 user guide, "Work with instance tags in instance metadata". */
const metadataTagKey = /^[A-Za-z0-9+\-=.,_:@]+$/;

/** Instances per third octet of a made-up private address: .4 to .253, as AWS keeps the ends of a subnet. */
const addressesPerOctet = 250;

/**
 * Makes up an instance. `ordinal` counts the instances of a simulator from 1 and is all that made-up values depend on.
 *
 * @throws when the options contradict each other, or a tag key could not be served by instance metadata.
 */
export function createInstance(options: InstanceOptions, ordinal: number, region: string, now: number): Instance {
  const { vpcId, tags = {}, metadataTags = true, probe, probeAddress } = options;
  const instanceId = options.instanceId ?? `i-${hex(ordinal, 17)}`;
  const refuse = (reason: string) => new Error(`instance ${instanceId}: ${reason}`);
  if (probe === 'real' && !probeAddress) throw refuse('probe real needs a probeAddress');
  const unservable = metadataTags ? Object.keys(tags).find((key) => !metadataTagKey.test(key)) : undefined;
  if (unservable !== undefined)
    throw refuse(`tag key "${unservable}" is not allowed while instance metadata serves tags`);
  const nics = createInterfaces(options.nics, ordinal, vpcId);
  const primary = nics.find((nic) => nic.deviceNumber === 0);
  if (!primary) throw refuse('no network interface has device number 0');
  const states = new Timeline<InstanceState>(options.state ?? 'running', now);
  return {
    instanceId,
    vpcId,
    subnetId: primary.subnetId,
    availabilityZone: options.availabilityZone ?? `${region}a`,
    privateIp: primary.privateIp,
    nics,
    tags: { ...tags },
    launchedAt: now,
    metadataTags,
    accessKeyId: `SIMULATED${instanceId.replace(/[^0-9A-Za-z]/g, '').toUpperCase()}`,
    metadata: new Map(),
    states,
    get state() {
      return states.latest;
    },
    probe,
    probeAddress,
    dataplaneAddress: options.dataplaneAddress ?? probeAddress,
  };
}

function createInterfaces(nics: InstanceOptions['nics'], ordinal: number, vpcId: string): NetworkInterface[] {
  const given = nics?.length ? nics : [{}];
  return given.map((nic, index) => createInterface(nic, ordinal, index, vpcId));
}

function createInterface(
  given: NonNullable<InstanceOptions['nics']>[number],
  ordinal: number,
  index: number,
  vpcId: string,
): NetworkInterface {
  const octet = Math.floor((ordinal - 1) / addressesPerOctet);
  const number = ordinal * 16 + index;
  return {
    interfaceId: given.interfaceId ?? `eni-${hex(number, 17)}`,
    mac: given.mac ?? `06:${(hex(number, 10).match(/../g) ?? []).join(':')}`,
    deviceNumber: given.deviceNumber ?? index,
    vpcId: given.vpcId ?? vpcId,
    subnetId: given.subnetId ?? `subnet-${hex(index + 1, 17)}`,
    privateIp: given.privateIp ?? `10.${index}.${octet}.${((ordinal - 1) % addressesPerOctet) + 4}`,
    description: given.description ?? '',
    tags: given.tags ?? {},
  };
}

/** `value` as exactly `digits` hexadecimal digits: the tail of an AWS identifier. */
export const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
