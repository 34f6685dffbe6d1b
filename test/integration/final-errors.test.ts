import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { describe, expect } from 'vitest';
import { failureOf, receiptIn, recordHistory } from '../support/history.js';
import { it } from '../support/life.js';
import type { Appliance, ApplianceOptions } from '../support/life.js';

// One after the other, and once more where the machine was busy with something else: it is the time that counts here.
describe('an error that is final', { retry: 2 }, () => {
  /** What AWS says, per service, to a role that may not. */
  const denials = [
    ['GetResources', 'AccessDeniedException', 'discoverTargetGroup'],
    ['DescribeTargetGroups', 'AccessDenied', 'discoverTargetGroup'],
    ['DescribeTargetHealth', 'AccessDenied', 'discoverTargetGroup'],
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
    await recordHistory('shutdown-denied', handle);
  });

  it('of a look at the target that registered fails the startup in under a second, and takes it out again (I5)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    appliance.fault({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeTargetHealth', nth: 2 });
    const handle = await appliance.startup();
    expect(await failureOf(handle)).toMatchObject({ type: 'AwsDenied', nonRetryable: true });
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
    expect(appliance.targetHealth).toMatch(/^draining/);
  });

  it('of the search for what to deregister fails the shutdown in under a second, and nothing is deregistered (I6)', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await anAppliance();
    const rule = { kind: 'error', code: 'AccessDeniedException', status: 403, action: 'GetResources' } as const;
    stage.simulator.addFault({ ...rule, resource: appliance.cluster });
    const handle = await appliance.shutdown();
    expect(await failureOf(handle)).toMatchObject({ type: 'AwsDenied', nonRetryable: true });
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
    expect(appliance.requests('DeregisterTargets')).toEqual([]);
  });

  it('of an instance whose shutdown runs fails the startup in under a second', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const deregistered = appliance.nextRequest('DeregisterTargets');
    const leaving = await appliance.shutdown({ drain: 600 });
    await deregistered;
    const handle = await appliance.startup();
    expect(await failureOf(handle)).toMatchObject({ type: 'ShutdownRunning', nonRetryable: true });
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
    await leaving.signal('forceShutdown');
    await failureOf(leaving);
  });

  const wrongs: readonly [string, ApplianceOptions, string][] = [
    ['no group has the tag', { groups: [] }, 'TargetGroupNotFound'],
    ['two groups have it', { groups: [{}, {}] }, 'TargetGroupAmbiguous'],
    ['the group speaks TCP', { groups: [{ protocol: 'TCP' }] }, 'TargetGroupNotGeneve'],
    ['the group stands in another VPC', { groups: [{ vpcId: 'vpc-0123456789abcdef0' }] }, 'TargetGroupInOtherVpc'],
    ['the group is attached to no listener', { groups: [{ inUse: false }] }, 'TargetNotInUse'],
  ];

  it.for(wrongs)('where %s fails the startup in under a second', async ([, options, type], { anAppliance }) => {
    const appliance = await anAppliance(options);
    const handle = await appliance.startup();
    expect(await failureOf(handle)).toMatchObject({ type, nonRetryable: true });
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
  });

  it('of the metadata service, switched off, fails the startup in under a second', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    const { instanceId } = appliance;
    stage.simulator.addFault({ service: 'imds', kind: 'status', status: 403, instanceId });
    const handle = await appliance.startup();
    expect(await failureOf(handle)).toMatchObject({ type: 'MetadataUnavailable', nonRetryable: true });
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
  });

  it("of a request that AWS calls wrong fails the startup in under a second, in AWS's words", async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    appliance.fault({ kind: 'error', code: 'ValidationError', message: 'as scripted', action: 'RegisterTargets' });
    const handle = await appliance.startup();
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'AwsRefused', nonRetryable: true });
    expect(failure.message).toContain('ValidationError: as scripted');
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
  });

  it('of a target that nobody can name any more fails the shutdown in under a second, and nothing is deregistered (I6)', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await anAppliance({ groups: [{ targetType: 'ip' }] });
    stage.simulator.setInstanceState(appliance.instanceId, 'terminated');
    const handle = await appliance.shutdown();
    expect(await failureOf(handle)).toMatchObject({ type: 'TargetUnknown', nonRetryable: true });
    await recordHistory('shutdown-target-unknown', handle);
    expect(await msFromLastStep(handle)).toBeLessThan(1_000);
    expect(appliance.requests('DeregisterTargets')).toEqual([]);
  });
});

/** By the times of the history: from when the step that failed was first taken to the end of the workflow. */
async function msFromLastStep(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  const failed = (events ?? []).find(({ activityTaskFailedEventAttributes: end }) => Boolean(end));
  const id = failed?.activityTaskFailedEventAttributes?.scheduledEventId;
  const taken = (events ?? []).find(
    ({ activityTaskStartedEventAttributes: start }) => String(start?.scheduledEventId) === String(id),
  );
  return (await closedAt(handle)) - tsToMs(taken?.eventTime);
}

function resourceOf(appliance: Appliance, action: string): string {
  if (action === 'DescribeTargetGroups') return appliance.groupArn;
  return /Targets|Health/.test(action) ? appliance.instanceId : appliance.cluster;
}

async function closedAt(handle: WorkflowHandle): Promise<number> {
  const { closeTime } = await handle.describe();
  if (closeTime === undefined) throw new Error(`${handle.workflowId} is still running, expected it to be closed`);
  return closeTime.getTime();
}
