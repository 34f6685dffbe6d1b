/** The UDP port of GENEVE, in which a Gateway Load Balancer wraps packets. Source: AWS GWLB user guide; IANA. */
export const genevePort = 6081;

/** One network interface as the kernel describes it. */
export interface Link {
  readonly name: string;
  /** `DEVTYPE` of the link's uevent file: `geneve` for a kernel GENEVE device. Physical, veth and tun links have none. */
  readonly deviceType?: string;
  /** Whether packets on it have an Ethernet header; undefined where sysfs does not say. */
  readonly isEthernet?: boolean;
  /** Whether the link has a `tun_flags` attribute, which only tun and tap devices have. */
  readonly isTun: boolean;
  readonly addresses: readonly string[];
}

export interface TunnelFacts {
  readonly links: readonly Link[];
  /** Whether some socket is bound to UDP 6081. */
  readonly geneveListener: boolean;
}

export type TunnelDetector = 'configured' | 'geneve device' | 'gwlbtun' | 'listener and address' | 'address';

/** How the interface is to be recognised that nobody named. */
export const tunnelDetections = ['auto', 'netdev', 'gwlbtun', 'listener', 'address'] as const;
export type TunnelDetection = (typeof tunnelDetections)[number];

export interface Tunnel {
  readonly device: string;
  readonly detector: TunnelDetector;
  /** Further ones that were recognised the same way, sorted, such as gwlbtun's for each endpoint; absent where there are none. */
  readonly others?: readonly string[];
  /** What is to be known about it, in a sentence; absent where all is well. */
  readonly warning?: string;
}

export interface WantedTunnel {
  /** Takes this one, and no other, whatever `detection` says. */
  readonly device?: string | undefined;
  /** @default 'auto' */
  readonly detection?: TunnelDetection | undefined;
  /** The address that is registered, or that of the instance that is. */
  readonly privateIp: string;
}

type Look = (links: readonly Link[], facts: TunnelFacts, wanted: WantedTunnel) => readonly Link[];

const looks: Readonly<Record<Exclude<TunnelDetector, 'configured'>, Look>> = {
  // A load balancer wraps bare IP packets, so a device that takes them goes before one that waits for Ethernet frames.
  'geneve device': (links) =>
    links
      .filter(({ deviceType }) => deviceType === 'geneve')
      .sort((a, b) => Number(a.isEthernet === true) - Number(b.isEthernet === true)),
  gwlbtun: (links) => links.filter(({ name, isTun }) => name.startsWith('gwi-') && isTun),
  'listener and address': (links, { geneveListener }, { privateIp }) =>
    geneveListener ? owners(links, privateIp) : [],
  address: (links, _, { privateIp }) => owners(links, privateIp),
};

const owners = (links: readonly Link[], address: string): readonly Link[] =>
  links.filter(({ addresses }) => addresses.includes(address));

/** What each detection looks for, in this order. */
const detectorsOf: Readonly<Record<TunnelDetection, readonly (keyof typeof looks)[]>> = {
  auto: ['geneve device', 'gwlbtun', 'listener and address'],
  netdev: ['geneve device'],
  gwlbtun: ['gwlbtun'],
  listener: ['listener and address'],
  // Takes for granted that the appliance receives GENEVE where its address is: one that bypasses the kernel shows no socket.
  address: ['address'],
};

/**
 * The interface that receives GENEVE, and how it was recognised; undefined while none does.
 *
 * In this order: the configured name; a kernel GENEVE device; gwlbtun's ingress device (`gwi-*`, lowest name first, it
 * appears with the first packet); the link that owns the registered address while something listens on UDP 6081. A
 * detection other than `auto` looks for one of these alone; `address` for the link that owns the address, listener or not.
 */
export function findTunnel(facts: TunnelFacts, wanted: WantedTunnel): Tunnel | undefined {
  const byName = [...facts.links].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { device, detection = 'auto' } = wanted;
  if (device !== undefined) {
    return tunnelOn(
      byName.filter(({ name }) => name === device),
      'configured',
    );
  }
  for (const detector of detectorsOf[detection]) {
    const tunnel = tunnelOn(looks[detector](byName, facts, wanted), detector);
    if (tunnel !== undefined) return tunnel;
  }
  return undefined;
}

function tunnelOn([first, ...others]: readonly Link[], detector: TunnelDetector): Tunnel | undefined {
  if (first === undefined) return undefined;
  return {
    device: first.name,
    detector,
    ...(others.length === 0 ? {} : { others: others.map(({ name }) => name) }),
    ...(isDeaf(first) ? { warning: deafness(first) } : {}),
  };
}

const isDeaf = ({ deviceType, isEthernet }: Link): boolean => deviceType === 'geneve' && isEthernet === true;

/** Source: Linux, drivers/net/geneve.c, IFLA_GENEVE_INNER_PROTO_INHERIT, which takes the Ethernet header from the device. */
const deafness = ({ name }: Link): string =>
  `${name} is a GENEVE device for Ethernet frames, but a load balancer sends bare IP packets: create it with innerprotoinherit`;

const sought: Readonly<Record<TunnelDetection, string>> = {
  auto: `an interface that receives GENEVE (UDP ${genevePort})`,
  netdev: 'a kernel GENEVE device',
  gwlbtun: 'a tun device named gwi-*, which gwlbtun makes with the first packet',
  listener: `a link with the address ADDRESS, and a listener on UDP ${genevePort}`,
  address: 'a link with the address ADDRESS',
};

/** What is looked for, in words. */
export const sayWanted = ({ device, detection = 'auto', privateIp }: WantedTunnel): string =>
  device === undefined ? sought[detection].replace('ADDRESS', privateIp) : `the interface ${device}`;
