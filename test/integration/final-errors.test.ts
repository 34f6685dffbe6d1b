import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { failureOf, receiptIn } from '../support/history.js';
import { it } from '../support/life.js';
import type { Appliance } from '../support/life.js';

// One after the other, and once more where the machine was busy with something else: it is the time that counts here.
describe('an error that is final', { retry: 2 }, () => {
  /** What AWS says, per service, to a role that may not. */
  const denials = [
    ['GetResources', 'AccessDeniedException', 'discoverTargetGroup'],
    ['DescribeTargetGroups', 'AccessDenied', 'discoverTargetGroup'],
    ['RegisterTargets', 'AccessDenied', 'registerTarget'],
    ['DescribeInstances', 'UnauthorizedOperation', 'listPeers'],
  ] as const;

  it.for(denials)(
    'of %s (%s) fails the startup in under a second, with the reason in its message (I5)',
    async ([action, code, step], { anAppliance, stage }) => {
      const appliance = await anAppliance();
      const { instanceId } = appliance;
      const rule = { kind: 'error', code, status: 403, message: 'You are not authorized', action } as const;
      // GetResources and DescribeInstances name the cluster, DescribeTargetGroups the group.
      stage.simulator.addFault({ ...rule, resource: resourceOf(appliance, action) });
      const denied = stage.simulator.nextRequest(action, ({ outcome }) => outcome.fault === 'error');
      const handle = await appliance.startup();
      const { wallAt } = await denied;
      expect(await failureOf(handle)).toMatchObject({
        type: 'AwsDenied',
        nonRetryable: true,
        message: `${step} (${instanceId}): ${code}: You are not authorized; check the IAM policy of the role`,
      });
      expect(await closedAt(handle)).toBeLessThan(wallAt + 1_000);
      expect(appliance.requests(action)).toHaveLength(1);
      expect(appliance.targetHealth).toMatch(/^(draining|unused)/);
    },
  );

  it('of DeregisterTargets fails the shutdown in under a second, after the fleet tried too, and the receipt says why (I3)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const action = 'DeregisterTargets';
    appliance.fault({ kind: 'error', code: 'AccessDenied', status: 403, message: 'You are not authorized', action });
    const denied = appliance.nextRequest(action);
    const handle = await appliance.shutdown({ registered: appliance.registration });
    const { wallAt } = await denied;
    const failure = await failureOf(handle);
    const reason = `deregisterTarget (${appliance.instanceId}): AccessDenied: You are not authorized; check the IAM policy of the role`;
    expect(failure).toMatchObject({ type: 'AwsDenied', message: reason });
    expect(receiptIn(failure)).toMatchObject({ outcome: 'failed', deregisteredAt: null, warnings: [reason] });
    expect(await closedAt(handle)).toBeLessThan(wallAt + 1_000);
    expect(appliance.requests(action)).toHaveLength(2);
  });
});

function resourceOf(appliance: Appliance, action: string): string {
  if (action === 'DescribeTargetGroups') return appliance.groupArn;
  return action === 'RegisterTargets' ? appliance.instanceId : appliance.cluster;
}

async function closedAt(handle: WorkflowHandle): Promise<number> {
  const { closeTime } = await handle.describe();
  if (closeTime === undefined) throw new Error(`${handle.workflowId} is still running, expected it to be closed`);
  return closeTime.getTime();
}
