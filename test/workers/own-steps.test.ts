import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { AwsActivities } from '../../src/activities/contract.js';
import { shutdownId, startupId } from '../../src/domain/ids.js';
import { OwnSteps } from '../../src/workers/own-steps.js';
import { groupArn } from '../support/fake-aws.js';

const own = 'i-0123456789abcdef0';
const other = 'i-0123456789abcdef1';
const registered = { targetGroupArn: groupArn('firewalls'), target: { id: own } };

/** What happened, in order, as a worker of `own` did the deregistration that this workflow ordered. */
async function deregister(workflowId: string): Promise<string[]> {
  const order: string[] = [];
  const activities = {
    deregisterTarget: () => {
      order.push('deregistered');
      return Promise.resolve({ at: 0 });
    },
  } as Partial<AwsActivities> as AwsActivities;
  const { deregisterTarget } = new OwnSteps(own).overhear(activities, () => order.push('/health 503'));
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'run' } });
  await environment.run(deregisterTarget, registered);
  return order;
}

describe('a step of this instance that comes by whatever queue', () => {
  it.each([shutdownId(own), startupId(own)])('deregisters after /health answers 503: %s (I2)', async (workflowId) => {
    expect(await deregister(workflowId)).toEqual(['/health 503', 'deregistered']);
  });

  it('leaves /health alone where it is about another instance', async () => {
    expect(await deregister(shutdownId(other))).toEqual(['deregistered']);
  });
});
