import { describe, expect, it } from 'vitest';
import { writeControllerConfig } from '../../src/activities/controller-config.js';
import type { ControllerConfig } from '../../src/domain/controller-config.js';
import { groupArn } from '../support/fake-aws.js';
import { aFakeHost, anInstance } from '../support/fake-host.js';

const config: ControllerConfig = {
  ...anInstance(),
  cluster: 'fw-prod',
  targetGroupArn: groupArn('firewalls'),
  target: { id: anInstance().instanceId },
  ingressDevice: 'gnv0',
  ingressDevices: ['gnv0'],
  tunnelDetector: 'geneve device',
  tunnelMode: 'geneve',
  peers: ['10.0.0.11'],
};

describe('handing the controller config over', () => {
  it('publishes it on the host and returns it as it is', async () => {
    const host = aFakeHost();
    expect(await writeControllerConfig({ host }, config)).toEqual(config);
    expect(host.published).toEqual([config]);
  });

  it('fails when the host cannot take it: the appliance would not know', async () => {
    const host = { ...aFakeHost(), publish: () => Promise.reject(new Error('ENOSPC: no space left on device')) };
    await expect(writeControllerConfig({ host }, config)).rejects.toThrow('no space left');
  });
});
