import type { ProbeAddress } from './probe.js';

/** State of a simulated instance. EC2 knows `stopping` and `shutting-down` too; here a change is complete at once. */
export type InstanceState = 'pending' | 'running' | 'stopped' | 'terminated';

/** How an instance answers health checks: scripted, or by a real request to its probe address. */
export type InstanceProbe = 'healthy' | 'unhealthy' | 'http';

/** The IAM role of every simulated instance. */
export const instanceRole = 'drawbridge-appliance';

/** A network interface of an instance. The primary one has device number 0. */
export interface NetworkInterface {
  readonly interfaceId: string;
  readonly mac: string;
  readonly deviceNumber: number;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly privateIp: string;
}

/** What a caller may say of an instance; the rest is made up, the same in every run. */
export interface InstanceOptions {
  readonly instanceId?: string;
  readonly vpcId: string;
  /** @default the region's first zone */
  readonly availabilityZone?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** @default 'running' */
  readonly state?: InstanceState;
  readonly probe: InstanceProbe;
  /** Where real probes go; required by the probe `http`. */
  readonly probeAddress?: ProbeAddress;
  /** Whether IMDS serves the instance's tags. Off by default in AWS. @default true */
  readonly metadataTags?: boolean;
  /** Port of the instance's IMDS listener. @default one that is free */
  readonly imdsPort?: number;
  /** The network interfaces, by device number; each may leave out what it does not care for. @default one */
  readonly nics?: readonly Partial<NetworkInterface>[];
}

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
  /** The credentials of its role: what tells its requests from another's. */
  readonly accessKeyId: string;
  /** Metadata beside what IMDS derives, by path below `/latest/meta-data/`. */
  readonly metadata: Map<string, string>;
  state: InstanceState;
  probe: InstanceProbe;
  readonly probeAddress: ProbeAddress | undefined;
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
  if (probe === 'http' && !probeAddress) throw refuse('probe http needs a probeAddress');
  const unservable = metadataTags ? Object.keys(tags).find((key) => !metadataTagKey.test(key)) : undefined;
  if (unservable !== undefined)
    throw refuse(`tag key "${unservable}" is not allowed while instance metadata serves tags`);
  const nics = createInterfaces(options.nics, ordinal, vpcId);
  const primary = nics.find((nic) => nic.deviceNumber === 0);
  if (!primary) throw refuse('no network interface has device number 0');
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
    state: options.state ?? 'running',
    probe,
    probeAddress,
  };
}

function createInterfaces(nics: InstanceOptions['nics'], ordinal: number, vpcId: string): NetworkInterface[] {
  const given = nics?.length ? nics : [{}];
  return given.map((nic, index) => ({ ...createInterface(ordinal, index, vpcId), ...nic }));
}

function createInterface(ordinal: number, deviceNumber: number, vpcId: string): NetworkInterface {
  const octet = Math.floor((ordinal - 1) / addressesPerOctet);
  const number = ordinal * 16 + deviceNumber;
  return {
    interfaceId: `eni-${hex(number, 17)}`,
    mac: `06:${(hex(number, 10).match(/../g) ?? []).join(':')}`,
    deviceNumber,
    vpcId,
    subnetId: `subnet-${hex(deviceNumber + 1, 17)}`,
    privateIp: `10.${deviceNumber}.${octet}.${((ordinal - 1) % addressesPerOctet) + 4}`,
  };
}

/** `value` as exactly `digits` hexadecimal digits: the tail of an AWS identifier. */
export const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
