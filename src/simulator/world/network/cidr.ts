import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/** A block of addresses. */
export interface Cidr {
  readonly family: 4 | 6;
  /** Its first address, as a number. */
  readonly first: bigint;
  /** How many leading bits all of its addresses share. */
  readonly prefixLength: number;
  /** In canonical form, such as `100.68.0.0/18` for `100.68.0.18/18`: as EC2 stores it. Source: EC2 API reference, CreateRoute. */
  readonly text: string;
}

/** How many bits an address has. */
const bitsOf = { 4: 32, 6: 128 } as const;

/** Reads CIDR notation; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', length = ''] = /^([0-9A-Fa-f.:]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const family = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  const prefixLength = Number(length);
  if (family === undefined || prefixLength > bitsOf[family]) return undefined;
  const hostBits = BigInt(bitsOf[family] - prefixLength);
  const first = (numberOf(address, family) >> hostBits) << hostBits;
  return { family, first, prefixLength, text: `${addressOf(first, family)}/${prefixLength}` };
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.prefixLength > inner.prefixLength) return false;
  const hostBits = BigInt(bitsOf[outer.family] - outer.prefixLength);
  return outer.first >> hostBits === inner.first >> hostBits;
}

/** How many addresses a block has. */
export const sizeOf = ({ family, prefixLength }: Cidr): bigint => 1n << BigInt(bitsOf[family] - prefixLength);

/** A block of one family in an option, in canonical form once it is read. */
export const cidrBlock = (family: 4 | 6) =>
  z.string().transform((text, context) => {
    const cidr = parseCidr(text);
    if (cidr?.family === family) return cidr.text;
    context.addIssue({ code: 'custom', message: `expected an IPv${family} CIDR block, found "${text}"` });
    return z.NEVER;
  });

function numberOf(address: string, family: 4 | 6): bigint {
  const parts = family === 4 ? address.split('.') : ipv6Groups(address).map((group) => `0x${group}`);
  return parts.reduce((number, part) => (number << BigInt(bitsOf[family] / parts.length)) | BigInt(part), 0n);
}

/** All eight groups of an IPv6 address, which may leave out zeros and may end in dotted decimals. */
function ipv6Groups(address: string): string[] {
  const [head = '', tail] = shortestIpv6(address).split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

function addressOf(number: bigint, family: 4 | 6): string {
  const count = family === 4 ? 4 : 8;
  const bits = BigInt(bitsOf[family] / count);
  const parts = Array.from({ length: count }, (_, index) => {
    const part = (number >> (bits * BigInt(count - 1 - index))) & ((1n << bits) - 1n);
    return part.toString(family === 4 ? 10 : 16);
  });
  return family === 4 ? parts.join('.') : shortestIpv6(parts.join(':'));
}

/** The form of RFC 5952, which the hosts of URLs are written in. Source: WHATWG URL, host serializing. */
const shortestIpv6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);
