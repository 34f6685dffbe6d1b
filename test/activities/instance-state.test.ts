import { describe, expect, it } from 'vitest';
import { waitForInstanceState } from '../../src/activities/instance-state.js';
import type { Ec2Instance, InstanceState } from '../../src/domain/ec2-instance.js';
import { anAttempt, at } from '../support/attempt.js';
import type { FakeAttempt } from '../support/attempt.js';
import { aFakeAws, awsError } from '../support/fake-aws.js';

const instanceId = 'i-0123456789abcdef0';

function wait(
  seen: (Ec2Instance['state'] | undefined)[],
  state: InstanceState = 'running',
  attempt: FakeAttempt = anAttempt(),
) {
  const aws = aFakeAws({ instances: [{ instanceId, vpcId: 'vpc-1', privateIp: '10.0.0.1' }] });
  aws.scriptStates(...seen);
  return waitForInstanceState(aws, { instanceId, state, windowMs: 300_000 }, attempt);
}

describe('waiting for an instance', () => {
  it('tells every state on the way; that EC2 does not know it yet is one of them', async () => {
    expect(await wait([undefined, undefined, 'pending', 'running'])).toEqual([
      { state: 'not known', at: at(0) },
      { state: 'pending', at: at(3) },
      { state: 'running', at: at(7) },
    ]);
  });

  it('fails at once when it is terminated and has to run', async () => {
    const attempt = anAttempt();
    await expect(wait(['running', 'terminated'], 'stopped', attempt)).rejects.toMatchObject({
      type: 'InstanceStateUnreachable',
      final: true,
      message: `instance ${instanceId} is terminated, and never will be stopped again`,
    });
    expect(attempt.elapsedSeconds).toBe(1);
  });

  it('gives up after a minute on one that EC2 never knew', async () => {
    const attempt = anAttempt();
    await expect(wait([undefined], 'running', attempt)).rejects.toMatchObject({
      type: 'InstanceNotFound',
      final: true,
    });
    expect(attempt.elapsedSeconds).toBeGreaterThanOrEqual(60);
    expect(attempt.elapsedSeconds).toBeLessThan(70);
  });

  it('takes one that EC2 has forgotten meanwhile for terminated', async () => {
    await expect(wait(['shutting-down', undefined], 'terminated')).resolves.toHaveLength(2);
    await expect(wait(['pending', undefined])).rejects.toMatchObject({ type: 'InstanceStateUnreachable' });
  });

  it('I7: gives up when the window has passed, with the last state', async () => {
    const attempt = anAttempt();
    await expect(wait(['pending'], 'running', attempt)).rejects.toMatchObject({
      type: 'InstanceStateTimeout',
      final: true,
      message: `instance ${instanceId} is pending after 300 s, expected running`,
      details: { observations: [{ state: 'pending', at: at(0) }] },
    });
    expect(attempt.elapsedSeconds).toBeGreaterThan(290);
  });

  it('looks again where AWS does not answer', async () => {
    const aws = aFakeAws({ instances: [{ instanceId, vpcId: 'vpc-1' }] });
    aws.failNext('DescribeInstances', awsError('RequestLimitExceeded', 'slow down', 503));
    const seen = await waitForInstanceState(aws, { instanceId, state: 'running', windowMs: 9_000 }, anAttempt());
    expect(seen.map(({ state }) => state)).toEqual(['unknown', 'running']);
  });
});
