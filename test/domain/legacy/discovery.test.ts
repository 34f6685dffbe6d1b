import { describe, expect, it } from 'vitest';
import { discover, requireIngress, subnetOf } from '../../../src/domain/legacy/discovery.js';
import type { ClusterInterface, DiscoveryFacts } from '../../../src/domain/legacy/discovery.js';
import { sayNetworkInterface } from '../../../src/domain/legacy/network-interface.js';

const self = 'i-0123456789abcdef0';
const nic = (eniId: string, description?: string, privateIp?: string): ClusterInterface => ({
  eniId,
  description,
  privateIp,
  subnetId: `subnet-${eniId}`,
});
const link = (name: string, ...addresses: string[]) => ({ name, isTun: false, addresses });

const facts = (overrides: Partial<DiscoveryFacts> = {}): DiscoveryFacts => ({
  cluster: 'fw-prod',
  instance: { instanceId: self },
  isLeader: false,
  instances: [
    {
      instanceId: self,
      interfaces: [
        nic('eni-1', 'ingress', '10.0.1.10'),
        nic('eni-2', 'management', '10.0.2.10'),
        nic('eni-3', 'egress', '10.0.3.10'),
      ],
    },
  ],
  links: [link('lo', '127.0.0.1'), link('eth0', '10.0.1.10', 'fe80::1'), link('eth1', '10.0.2.10')],
  ...overrides,
});
const ownWith = (...interfaces: ClusterInterface[]) => facts({ instances: [{ instanceId: self, interfaces }] });

describe('what the route mode discovers', () => {
  it('is the interfaces that EC2 describes as such, by the links that have their addresses', () => {
    expect(discover(facts({ isLeader: true }))).toEqual({
      clusterName: 'fw-prod',
      instanceId: self,
      isLeader: true,
      ingressInterface: { deviceName: 'eth0', eniId: 'eni-1', primaryAddress: '10.0.1.10' },
      managementInterface: { deviceName: 'eth1', eniId: 'eni-2', primaryAddress: '10.0.2.10' },
      // No link has its address.
      egressInterface: null,
      peers: [],
    });
  });

  it('is, of the peers, every address but those of their ingress and egress interfaces, sorted, each once', () => {
    const { instances } = facts();
    const peers = [
      {
        instanceId: 'i-2',
        interfaces: [nic('eni-5', 'management', '10.0.2.12'), nic('eni-6', 'ingress', '10.0.1.12')],
      },
      { instanceId: 'i-1', interfaces: [nic('eni-7', undefined, '10.0.2.11'), nic('eni-8', 'egress', '10.0.3.11')] },
      { instanceId: 'i-3', interfaces: [nic('eni-9', 'management'), nic('eni-a', '', '10.0.2.12')] },
    ];
    expect(discover(facts({ instances: [...peers, ...instances] })).peers).toEqual(['10.0.2.11', '10.0.2.12']);
  });

  it.each([
    ['has no description', nic('eni-1', undefined, '10.0.1.10')],
    ['has no address', nic('eni-1', 'ingress')],
    ['is described in other words', nic('eni-1', 'Ingress', '10.0.1.10')],
  ])('passes over an interface that %s', (_, one) => {
    expect(discover(ownWith(one)).ingressInterface).toBeNull();
  });
});

describe('an ingress interface that is missing', () => {
  const missing = (given: DiscoveryFacts) => () => requireIngress(discover(given), given);

  it.each([
    [
      'the instance is not one of the cluster',
      facts({ instances: [] }),
      `${self} is not among the 0 running instances with tag neuwerk:cluster=fw-prod in its VPC; tag it`,
    ],
    [
      'no interface is described so',
      ownWith(nic('eni-1', 'primary', '10.0.1.10'), nic('eni-2')),
      `${self} has no network interface with the description ingress: found eni-1 (primary), eni-2 (); describe the one that takes the traffic so`,
    ],
    [
      'no link has its address',
      ownWith(nic('eni-1', 'ingress', '10.0.9.9')),
      `ingress interface eni-1 of ${self}: found its address (10.0.9.9) on none of the links eth0, eth1, lo; configure it on the host`,
    ],
  ])('is a named failure, to be tried no more: %s', (_, given, message) => {
    expect(missing(given)).toThrow(expect.objectContaining({ type: 'InterfaceNotFound', final: true, message }));
  });

  it('is none where it is there', () => {
    expect(requireIngress(discover(facts()), facts()).eniId).toBe('eni-1');
  });
});

describe('a network interface', () => {
  it('is said in the order of the specification', () => {
    expect(sayNetworkInterface({ deviceName: 'eth0', eniId: 'eni-1', primaryAddress: '10.0.1.10' })).toBe(
      'deviceName=eth0 addr=10.0.1.10 eniid=eni-1',
    );
  });

  it('is in the subnet that EC2 says', () => {
    expect(subnetOf(facts().instances, 'eni-2')).toBe('subnet-eni-2');
    expect(subnetOf(facts().instances, 'eni-9')).toBeUndefined();
  });
});
