import { describe, expect, it } from 'vitest';
import { listPeers } from '../../src/activities/peers.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeAws, dependenciesOn } from '../support/fake-aws.js';
import type { FakeInstance } from '../support/fake-aws.js';
import { anInstance } from '../support/fake-host.js';

const instance = anInstance();
const aPeer = (last: number, overrides: Partial<FakeInstance> = {}): FakeInstance => ({
  instanceId: `i-0000000000000000${last}`,
  privateIp: `10.0.0.${last}`,
  vpcId: instance.vpcId,
  cluster: 'fw-prod',
  ...overrides,
});
const peersIn = (instances: FakeInstance[]) =>
  listPeers(dependenciesOn(aFakeAws({ instances })), { instance, cluster: 'fw-prod' }, anAttempt());

describe('the peers of an instance', () => {
  it("are its cluster's other instances in its VPC, sorted, never itself", async () => {
    const self = aPeer(5, { instanceId: instance.instanceId });
    const elsewhere = [aPeer(6, { vpcId: 'vpc-elsewhere' }), aPeer(7, { cluster: 'fw-test' })];
    expect(await peersIn([aPeer(3), self, aPeer(1), ...elsewhere])).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  it('are none for the first instance of a cluster', async () => {
    expect(await peersIn([])).toEqual([]);
  });
});
