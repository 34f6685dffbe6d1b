/** What the description of a network interface says it is for, word for word. Source: the specification, "Constants". */
export const managementDescription = 'management';
export const ingressDescription = 'ingress';
export const egressDescription = 'egress';

/** A network interface of this instance that a link of its kernel belongs to. */
export interface NetworkInterface {
  /** Such as `eth0`. */
  readonly deviceName: string;
  /** Such as `eni-0123456789abcdef0`. */
  readonly eniId: string;
  /** Its primary private IPv4 address. */
  readonly primaryAddress: string;
}

/** `deviceName=eth0 addr=10.0.0.10 eniid=eni-0123456789abcdef0`: the order of the specification's String(). */
export const sayNetworkInterface = ({ deviceName, primaryAddress, eniId }: NetworkInterface): string =>
  `deviceName=${deviceName} addr=${primaryAddress} eniid=${eniId}`;
