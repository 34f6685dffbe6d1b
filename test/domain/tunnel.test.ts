import { describe, expect, it } from 'vitest';
import { findTunnel } from '../../src/domain/tunnel.js';
import type { Link, TunnelDetection, TunnelFacts } from '../../src/domain/tunnel.js';

const aLink = (name: string, overrides: Partial<Link> = {}): Link => ({
  name,
  isTun: false,
  addresses: [],
  ...overrides,
});

const ens5 = aLink('ens5', { addresses: ['10.0.0.10', 'fe80::1'] });
const gnv0 = aLink('gnv0', { deviceType: 'geneve' });
const ingress = aLink('gwi-a1', { isTun: true });
const privateIp = '10.0.0.10';

describe('the interface that receives GENEVE', () => {
  it.each<{
    situation: string;
    facts: TunnelFacts;
    device?: string;
    detection?: TunnelDetection;
    found: ReturnType<typeof findTunnel>;
  }>([
    {
      situation: 'the configured one, whatever else there is',
      facts: { links: [gnv0, ingress, ens5], geneveListener: true },
      device: 'ens5',
      found: { device: 'ens5', detector: 'configured' },
    },
    {
      situation: 'nothing while the configured one is not there: no other is taken in its place',
      facts: { links: [gnv0, ens5], geneveListener: true },
      device: 'gnv7',
      found: undefined,
    },
    {
      situation: 'a kernel GENEVE device, before what gwlbtun made',
      facts: { links: [ingress, gnv0, ens5], geneveListener: true },
      found: { device: 'gnv0', detector: 'geneve device' },
    },
    {
      situation: 'the ingress device of gwlbtun, before the link with our address',
      facts: { links: [ens5, ingress], geneveListener: true },
      found: { device: 'gwi-a1', detector: 'gwlbtun' },
    },
    {
      situation: 'the lowest name of several ingress devices, in whatever order the kernel lists them, with the others',
      facts: {
        links: [aLink('gwi-c3', { isTun: true }), aLink('gwi-b2', { isTun: true }), ingress],
        geneveListener: false,
      },
      found: { device: 'gwi-a1', detector: 'gwlbtun', others: ['gwi-b2', 'gwi-c3'] },
    },
    {
      situation: 'a GENEVE device for bare IP packets before one for Ethernet frames',
      facts: {
        links: [
          aLink('gnv0', { ...gnv0, isEthernet: true }),
          aLink('gnv1', { ...gnv0, name: 'gnv1', isEthernet: false }),
        ],
        geneveListener: false,
      },
      found: { device: 'gnv1', detector: 'geneve device', others: ['gnv0'] },
    },
    {
      situation: 'a GENEVE device for Ethernet frames where there is no other, with a warning',
      facts: { links: [aLink('gnv0', { ...gnv0, isEthernet: true })], geneveListener: false },
      found: {
        device: 'gnv0',
        detector: 'geneve device',
        warning:
          'gnv0 is a GENEVE device for Ethernet frames, but a load balancer sends bare IP packets: create it with innerprotoinherit',
      },
    },
    {
      situation: 'the link with our address while something listens on UDP 6081',
      facts: { links: [aLink('ens6', { addresses: ['10.0.1.10'] }), ens5], geneveListener: true },
      found: { device: 'ens5', detector: 'listener and address' },
    },
    {
      situation: 'nothing while nobody listens, though a link has our address',
      facts: { links: [ens5], geneveListener: false },
      found: undefined,
    },
    {
      situation: 'nothing while somebody listens, but no link has our address',
      facts: { links: [aLink('ens6', { addresses: ['10.0.1.10'] })], geneveListener: true },
      found: undefined,
    },
    {
      situation: 'nothing for a link that is only named like gwlbtun',
      facts: { links: [aLink('gwi-a1')], geneveListener: false },
      found: undefined,
    },
    {
      situation: 'nothing for a VXLAN device',
      facts: { links: [aLink('vx0', { deviceType: 'vxlan' })], geneveListener: false },
      found: undefined,
    },
    {
      situation: 'the ingress device of gwlbtun where that alone is looked for, whatever else there is',
      facts: { links: [gnv0, ens5, ingress], geneveListener: true },
      detection: 'gwlbtun',
      found: { device: 'gwi-a1', detector: 'gwlbtun' },
    },
    {
      situation: 'a kernel device or nothing where that alone is looked for',
      facts: { links: [ens5, ingress], geneveListener: true },
      detection: 'netdev',
      found: undefined,
    },
    {
      situation: 'the link with our address where a listener is looked for, before any device',
      facts: { links: [gnv0, ens5, ingress], geneveListener: true },
      detection: 'listener',
      found: { device: 'ens5', detector: 'listener and address' },
    },
    {
      situation: 'nothing without a listener where one is looked for',
      facts: { links: [gnv0, ens5, ingress], geneveListener: false },
      detection: 'listener',
      found: undefined,
    },
    {
      situation: 'the link with our address where that alone is looked for: a dataplane may bypass the kernel',
      facts: { links: [gnv0, ens5], geneveListener: false },
      detection: 'address',
      found: { device: 'ens5', detector: 'address' },
    },
    {
      situation: 'the configured one, whatever is looked for otherwise',
      facts: { links: [gnv0, ens5], geneveListener: false },
      detection: 'netdev',
      device: 'ens5',
      found: { device: 'ens5', detector: 'configured' },
    },
    { situation: 'nothing on a machine without links', facts: { links: [], geneveListener: true }, found: undefined },
  ])('is $situation', ({ facts, device, detection, found }) => {
    expect(findTunnel(facts, { privateIp, device, detection })).toEqual(found);
  });
});
