import { describe, expect } from 'vitest';
import { failureOf, recordHistory, timersOf } from '../support/history.js';
import { it } from '../support/life.js';

/** What a shutdown and a startup make of it when AWS does not say what they wait for. */
describe.concurrent('a shutdown whose target nobody saw draining', () => {
  it('drains all the same when AWS accepted DeregisterTargets and then answered no look (I4)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'error', code: 'Throttling', action: 'DescribeTargetHealth' });
    const handle = await appliance.shutdown({ registered: appliance.registration, drain: 1 });
    const receipt = await handle.result();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: 1,
      deregistrationDelaySeconds: 300,
      observations: [{ state: 'unknown', reason: 'Throttling' }],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(1);
    expect(receipt.warnings).toContain(
      'AWS accepted the deregistration, but did not answer whether the target is draining; the drain period is kept',
    );
    await recordHistory('shutdown-unanswered', handle);
  });

  it("drains for the rest of its period when AWS's own delay was over before the first look (I4)", async ({
    anAppliance,
  }) => {
    const attributes = { 'deregistration_delay.timeout_seconds': '0' };
    const appliance = await anAppliance({ groups: [{ attributes }] });
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 6 });
    const receipt = await handle.result();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainingAt: receipt.deregisteredAt,
      drainPeriodSeconds: 6,
      observations: [{ state: 'unused', reason: 'Target.NotRegistered' }],
      warnings: ["AWS's own deregistration delay of 0 s was over before the target was seen draining"],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(6);
    expect(await timersOf(handle)).toHaveLength(1);
    await recordHistory('shutdown-left-unseen', handle);
  });
});

describe.concurrent('a shutdown whose role may not read how long the deregistration delay is', () => {
  it('keeps the drain period of a target that is not registered any more: it may have left unseen (I4)', async ({
    anAppliance,
  }) => {
    const attributes = { 'deregistration_delay.timeout_seconds': '0' };
    const appliance = await anAppliance({ groups: [{ attributes }] });
    await appliance.enterService();
    const action = 'DescribeTargetGroupAttributes';
    appliance.fault({ kind: 'error', code: 'AccessDenied', action, resource: appliance.groupArn });
    const receipt = await (await appliance.shutdown({ drain: 6 })).result();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainingAt: receipt.deregisteredAt,
      drainPeriodSeconds: 6,
      deregistrationDelaySeconds: null,
      observations: [{ state: 'unused', reason: 'Target.NotRegistered' }],
      warnings: [
        'the target may have left before it was seen draining, so the drain period is kept',
        "the target group's deregistration delay could not be read",
      ],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(6);
  });
});

describe.concurrent('a startup whose target group is deleted', () => {
  it('while the target becomes healthy fails at once, not when its window is over', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    const looked = appliance.nextRequest('RegisterTargets').then(() => appliance.nextRequest('DescribeTargetHealth'));
    const handle = await appliance.startup();
    await looked;
    const arn = appliance.groupArn;
    stage.simulator.deleteTargetGroup(arn);
    expect(await failureOf(handle)).toMatchObject({
      type: 'TargetGroupNotFound',
      message: `target group ${arn} does not exist`,
    });
    await recordHistory('startup-group-deleted', handle);
  });
});
