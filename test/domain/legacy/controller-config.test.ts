import { describe, expect, it } from 'vitest';
import { legacyControllerConfig } from '../../../src/domain/legacy/controller-config.js';
import { errNoPriorityAssigned } from '../../../src/domain/legacy/no-priority.js';

const given = { ingressDevice: 'eth0', egressDevice: 'eth1', managementAddress: '127.0.0.1', peers: ['10.0.0.9'] };
const ingress = { deviceName: 'ens5', eniId: 'eni-1', primaryAddress: '10.0.1.10' };
const discovery = {
  clusterName: 'fw-prod',
  instanceId: 'i-0123456789abcdef0',
  isLeader: false,
  ingressInterface: ingress,
  managementInterface: { deviceName: 'ens6', eniId: 'eni-2', primaryAddress: '10.0.2.10' },
  egressInterface: { deviceName: 'ens7', eniId: 'eni-3', primaryAddress: '10.0.3.10' },
  peers: ['10.0.2.11'],
};

describe('the controller config of the route mode', () => {
  it('has what was discovered in the place of what was given, and the peers of both', () => {
    expect(legacyControllerConfig(given, discovery, ingress)).toEqual({
      clusterName: 'fw-prod',
      instanceId: 'i-0123456789abcdef0',
      ingressDevice: 'ens5',
      egressDevice: 'ens7',
      managementAddress: '10.0.2.10',
      ingressAddress: '10.0.1.10',
      dnsListener: '10.0.1.10:53',
      peers: ['10.0.0.9', '10.0.2.11'],
    });
  });

  it('keeps what was given where nothing was found', () => {
    const found = { ...discovery, managementInterface: null, egressInterface: null, peers: [] };
    const { egressDevice, managementAddress, peers } = given;
    expect(legacyControllerConfig(given, found, ingress)).toMatchObject({ egressDevice, managementAddress, peers });
  });
});

describe('the error of a mode with priorities', () => {
  it('has the words of the specification', () => {
    expect(errNoPriorityAssigned.message).toBe('no priority set');
  });
});
