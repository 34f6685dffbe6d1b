/** Source: AWS GWLB user guide: GENEVE over UDP port 6081. */
export const genevePort = 6081;

/** One network interface as the kernel describes it. */
export interface Link {
  readonly name: string;
  /** `DEVTYPE` of the link's uevent file: `geneve` for a kernel GENEVE device. Physical, veth and tun links have none. */
  readonly deviceType?: string;
  /** Whether the link has a `tun_flags` attribute, which only tun and tap devices have. */
  readonly isTun: boolean;
  readonly addresses: readonly string[];
}

export interface TunnelFacts {
  readonly links: readonly Link[];
  /** Whether some socket is bound to UDP 6081. */
  readonly geneveListener: boolean;
}

export type TunnelDetector = 'configured' | 'geneve device' | 'gwlbtun' | 'listener and address';

export interface Tunnel {
  readonly device: string;
  readonly detector: TunnelDetector;
}

/**
 * The interface that receives GENEVE, and how it was recognised; undefined while none does.
 *
 * In this order: the configured name; a kernel GENEVE device; gwlbtun's ingress device (`gwi-*`, lowest name first, it
 * appears with the first packet); the link that owns the registered address while something listens on UDP 6081.
 */
export function findTunnel(facts: TunnelFacts, wanted: { device?: string; privateIp: string }): Tunnel | undefined {
  const byName = [...facts.links].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (wanted.device !== undefined) {
    return tunnelOn(
      byName.find((link) => link.name === wanted.device),
      'configured',
    );
  }
  return (
    tunnelOn(
      byName.find((link) => link.deviceType === 'geneve'),
      'geneve device',
    ) ??
    tunnelOn(
      byName.find((link) => link.name.startsWith('gwi-') && link.isTun),
      'gwlbtun',
    ) ??
    (facts.geneveListener
      ? tunnelOn(
          byName.find((link) => link.addresses.includes(wanted.privateIp)),
          'listener and address',
        )
      : undefined)
  );
}

const tunnelOn = (link: Link | undefined, detector: TunnelDetector): Tunnel | undefined =>
  link === undefined ? undefined : { device: link.name, detector };
