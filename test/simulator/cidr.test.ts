import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cidr } from '../../src/simulator/world/network/cidr.js';
import { contains, parseCidr, sizeOf } from '../../src/simulator/world/network/cidr.js';

const block = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
);

const read = (text: string): Cidr => {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} is no CIDR block`);
  return cidr;
};

describe('a CIDR block', () => {
  it.each([
    ['100.68.0.18/18', '100.68.0.0/18'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:1::5/64', '2001:db8::/64'],
    ['::ffff:10.0.0.1/128', '::ffff:a00:1/128'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['1:2:3:4:5:6:7:8/127', '1:2:3:4:5:6:7:8/127'],
    ['::1/0', '::/0'],
  ])('%s is %s in canonical form', (text, canonical) => {
    expect(parseCidr(text)?.text).toBe(canonical);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '::/129',
    'fe80::1%eth0/64',
    'a/8',
  ])('is not "%s"', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('in canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(block, ([address, prefixLength]) => {
        const { text } = read(`${address}/${prefixLength}`);
        expect(read(text)).toEqual(read(`${address}/${prefixLength}`));
      }),
    );
  });

  it('contains the addresses that Node says it does', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, address, prefixLength) => {
        const list = new BlockList();
        list.addSubnet(network, prefixLength);
        const inside = contains(read(`${network}/${prefixLength}`), read(`${address}/32`));
        expect(inside).toBe(list.check(address));
      }),
    );
  });

  it('contains itself and what is more specific, and nothing of the other family', () => {
    expect(contains(read('10.0.0.0/16'), read('10.0.0.0/16'))).toBe(true);
    expect(contains(read('10.0.0.0/16'), read('10.0.255.0/24'))).toBe(true);
    expect(contains(read('10.0.0.0/16'), read('10.0.0.0/15'))).toBe(false);
    expect(contains(read('::/0'), read('10.0.0.0/16'))).toBe(false);
  });

  it('has as many addresses as its host bits say', () => {
    expect(sizeOf(read('10.0.0.0/28'))).toBe(16n);
    expect(sizeOf(read('2001:db8::/64'))).toBe(2n ** 64n);
  });
});
