import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect } from 'vitest';
import type { Status } from '../../src/domain/status.js';
import {
  activitiesOf,
  drainBegins,
  failureOf,
  logBookOf,
  receiptIn,
  recordHistory,
  timersOf,
} from '../support/history.js';
import { it } from '../support/life.js';
import { temporal } from '../support/temporal-command.js';

describe.concurrent('a shutdown', () => {
  it('drains and returns the receipt', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 1, trigger: 'SIGTERM on test' });
    const receipt = await handle.result();

    expect(receipt).toMatchObject({
      instanceId: appliance.instanceId,
      registered: appliance.registration,
      outcome: 'drained',
      triggers: [{ by: 'SIGTERM on test' }],
      drainPeriodSeconds: 1,
      deregistrationDelaySeconds: 300,
      forced: null,
      observations: [{ state: 'draining', reason: 'Target.DeregistrationInProgress' }],
      warnings: [
        "the drain period of 1 s is shorter than the target group's deregistration delay of 300 s: " +
          'existing flows may still be sent to this target after it left',
      ],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(1);
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('shutdown-drained', handle);
  });

  it('deregisters exactly what was registered, without looking it up', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const before = appliance.requests().length;
    const handle = await appliance.shutdown({ registered: appliance.registration });
    expect((await handle.result()).outcome).toBe('drained');
    const [first] = appliance.requests().slice(before);
    expect(first).toMatchObject({
      action: 'DeregisterTargets',
      parameters: { TargetGroupArn: appliance.groupArn, Targets: [{ Id: appliance.instanceId }] },
    });
    await recordHistory('shutdown-of-known-target', handle);
  });

  it('answers 503 to health checks before DeregisterTargets is sent (I2)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const sentBefore: number[] = [];
    const refuse = appliance.health.refuse.bind(appliance.health);
    appliance.health.refuse = () => {
      sentBefore.push(appliance.requests('DeregisterTargets').length);
      refuse();
    };
    const received = appliance.nextRequest('DeregisterTargets');
    const handle = await appliance.shutdown();
    await received;
    expect(sentBefore).toEqual([0]);
    expect(await appliance.healthStatus()).toBe(503);
    await handle.result();
  });

  it('can be read in the Temporal Web UI without the code', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 1, trigger: 'alice@laptop' });
    await handle.result();

    const description = await handle.describe();
    expect(await description.staticSummary()).toBe(
      `take ${appliance.instanceId} out of service in cluster ${appliance.cluster}`,
    );
    const details = await description.staticDetails();
    expect(details).toContain('Asked by: alice@laptop.');
    expect(details).toContain(`--workflow-id shutdown/${appliance.instanceId} --name forceShutdown`);
    expect((await activitiesOf(handle)).map(({ type, summary }) => `${type} - ${summary}`)).toEqual([
      'locateTarget - end a running startup, then look the registration up',
      'deregisterTarget - health endpoint 503, then deregister the target',
      'confirmDraining - look every 2 s until AWS reports draining',
    ]);
    expect(await timersOf(handle)).toEqual([
      expect.stringMatching(/^drain period: [\d.]+ s; signal forceShutdown ends it$/),
    ]);
  });

  it('says where it stands when it is asked', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 600 });
    await drainBegins(stage.client, handle);
    expect(await handle.query('status')).toEqual({
      instanceId: appliance.instanceId,
      phase: 'draining',
      since: expect.stringMatching(/Z$/) as string,
      drainUntil: expect.stringMatching(/Z$/) as string,
      extendedSeconds: 0,
    });
    expect(await logBookOf(handle)).not.toContain('execution timeout');
    await handle.signal('forceShutdown');
    await failureOf(handle);
  });

  it('lasts as long as the deregistration delay of the group where that is asked for', async ({ anAppliance }) => {
    const attributes = { 'deregistration_delay.timeout_seconds': '4' };
    const appliance = await anAppliance({ groups: [{ attributes }] });
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 'deregistration-delay' });
    const receipt = await handle.result();
    await recordHistory('shutdown-for-the-delay', handle);
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: 4,
      deregistrationDelaySeconds: 4,
      warnings: [],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(4);
  });

  it('sends DeregisterTargets again when it is throttled, and when its reply is lost (I3, I9)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'error', code: 'Throttling', action: 'DeregisterTargets', nth: 1 });
    appliance.fault({ kind: 'resetAfter', action: 'DeregisterTargets', nth: 2 });
    expect((await (await appliance.shutdown()).result()).outcome).toBe('drained');
    expect(appliance.requests('DeregisterTargets')).toHaveLength(3);
  });
});

describe.concurrent('a shutdown with nothing to drain', () => {
  it('is done at once when the target had left already', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    const handle = await appliance.shutdown({ drain: 600 });
    expect(await handle.result()).toMatchObject({
      outcome: 'already deregistered',
      drainingAt: null,
      drainedSeconds: null,
    });
    expect(appliance.requests('DeregisterTargets')).toHaveLength(1);
    await recordHistory('shutdown-already-deregistered', handle);
  });

  it('is done at once when the target group was deleted', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const registered = appliance.registration;
    stage.simulator.deleteTargetGroup(registered.targetGroupArn);
    const receipt = await (await appliance.shutdown({ registered, drain: 600 })).result();
    expect(receipt.outcome).toBe('already deregistered');
  });

  it('is done with a warning when the group is attached to no listener', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'status', status: 200, action: 'DeregisterTargets' });
    stage.simulator.setInUse(appliance.groupArn, false);
    const handle = await appliance.shutdown({ drain: 600 });
    expect(await handle.result()).toMatchObject({
      outcome: 'not in use',
      drainingAt: null,
      warnings: ['the target group is attached to no listener, so there were no flows to drain'],
    });
    await recordHistory('shutdown-not-in-use', handle);
  });

  it('is done with a warning when the instance is stopped', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'status', status: 200, action: 'DeregisterTargets' });
    stage.simulator.setInstanceState(appliance.instanceId, 'stopped');
    const handle = await appliance.shutdown({ drain: 600 });
    expect(await handle.result()).toMatchObject({
      outcome: 'invalid state',
      drainingAt: null,
      warnings: ['the instance is stopped or terminated, so there were no flows left to drain'],
    });
    await recordHistory('shutdown-invalid-state', handle);
  });
});

describe.concurrent('forceShutdown', () => {
  it('before anything was done still deregisters (I3)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await stage.client.workflow.signalWithStart('shutdown', {
      workflowId: `shutdown/${appliance.instanceId}`,
      taskQueue: appliance.queues.fleet,
      args: [{ instanceId: appliance.instanceId, drain: 600 }],
      signal: 'forceShutdown',
      signalArgs: ['at once'],
    });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'DrainInterrupted', message: 'drain period interrupted: at once' });
    expect(receiptIn(failure)).toMatchObject({ outcome: 'interrupted', drainingAt: null });
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('shutdown-forced-from-the-start', handle);
  });

  it('while the target is located does not stop it from being deregistered (I3)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const action = 'DescribeTargetGroups';
    stage.simulator.addFault({ kind: 'error', code: 'Throttling', action, resource: appliance.groupArn, count: 2 });
    const refused = stage.simulator.nextRequest(action, ({ outcome }) => outcome.code === 'Throttling');
    const handle = await appliance.shutdown({ drain: 600 });
    await refused;
    await handle.signal('forceShutdown', 'host is needed');
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'DrainInterrupted', message: 'drain period interrupted: host is needed' });
    expect(receiptIn(failure)).toMatchObject({ registered: appliance.registration, drainingAt: null });
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('shutdown-forced-while-locating', handle);
  });

  it('while deregistering does not stop DeregisterTargets from being sent (I3)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'error', code: 'Throttling', action: 'DeregisterTargets', count: 2 });
    const refused = appliance.nextRequest('DeregisterTargets');
    const handle = await appliance.shutdown({ drain: 600 });
    await refused;
    await handle.signal('forceShutdown', 'host is needed');
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'DrainInterrupted', message: 'drain period interrupted: host is needed' });
    expect(receiptIn(failure).deregisteredAt).not.toBeNull();
    expect(appliance.requests('DeregisterTargets').map(({ outcome }) => outcome.status)).toEqual([400, 400, 200]);
    await recordHistory('shutdown-forced-while-deregistering', handle);
  });

  it('while confirming ends the wait at once', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'hang', action: 'DescribeTargetHealth' });
    const looked = appliance.nextRequest('DescribeTargetHealth');
    const handle = await appliance.shutdown({ registered: appliance.registration, drain: 600 });
    await looked;
    await handle.signal('forceShutdown');
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({
      type: 'DrainInterrupted',
      message: 'drain period interrupted: no reason given',
    });
    expect(receiptIn(failure)).toMatchObject({ outcome: 'interrupted', drainingAt: null });
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('shutdown-forced-while-confirming', handle);
  });

  it('while draining ends the wait at once, and the receipt says so', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 600 });
    await drainBegins(stage.client, handle);
    await handle.signal('forceShutdown', { reason: 'maintenance window ends' });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({
      type: 'DrainInterrupted',
      nonRetryable: true,
      message: 'drain period interrupted: maintenance window ends',
    });
    const receipt = receiptIn(failure);
    expect(receipt).toMatchObject({
      outcome: 'interrupted',
      drainPeriodSeconds: 600,
      forced: { reason: 'maintenance window ends' },
      observations: [{ state: 'draining' }],
    });
    expect(receipt.warnings).toContain('drain period interrupted');
    expect(receipt.drainedSeconds).toBeLessThan(600);
    await recordHistory('shutdown-forced-while-draining', handle);
  });

  it.for([
    ['no payload', [], 'no reason given'],
    ['a text', ['alice said so'], 'alice said so'],
    ['an object', [{ reason: 'bob said so' }], 'bob said so'],
    [
      'a strange payload',
      [{ reason: [1, 2] }],
      'a payload that was not understood, expected text or {"reason": text}: [1,2]',
    ],
  ] as const)('works with %s', async ([, args, reason], { anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 600 });
    await drainBegins(stage.client, handle);
    await handle.signal('forceShutdown', ...args);
    expect(receiptIn(await failureOf(handle)).forced?.reason).toBe(reason);
  });

  it('sent twice counts once', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'error', code: 'Throttling', action: 'DeregisterTargets', count: 1 });
    const refused = appliance.nextRequest('DeregisterTargets');
    const handle = await appliance.shutdown({ drain: 600 });
    await refused;
    await handle.signal('forceShutdown', 'first');
    await handle.signal('forceShutdown', 'second');
    expect(receiptIn(await failureOf(handle)).forced?.reason).toBe('first');
  });

  it('sent too late is refused by the server and changes nothing', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 0 });
    const receipt = await handle.result();
    await expect(handle.signal('forceShutdown')).rejects.toThrow(WorkflowNotFoundError);
    expect(await handle.result()).toEqual(receipt);
    expect(receipt).toMatchObject({ outcome: 'drained', forced: null });
    await recordHistory('shutdown-without-a-period', handle);
  });

  it('is what a cancellation of the workflow amounts to (I3)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 600 });
    await drainBegins(stage.client, handle);
    await handle.cancel();
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({
      type: 'DrainInterrupted',
      message: 'drain period interrupted: the workflow was cancelled',
    });
    expect(receiptIn(failure)).toMatchObject({ outcome: 'interrupted' });
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('shutdown-cancelled', handle);
  });

  it('as a cancellation while deregistering still deregisters (I3)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'error', code: 'Throttling', action: 'DeregisterTargets', count: 1 });
    const refused = appliance.nextRequest('DeregisterTargets');
    const handle = await appliance.shutdown({ drain: 600 });
    await refused;
    await handle.cancel();
    expect((await failureOf(handle)).type).toBe('DrainInterrupted');
    expect(appliance.targetHealth).toMatch(/^draining/);
  });
});

describe.concurrent('the Temporal CLI', () => {
  it.for([
    ['without a payload', [], 'no reason given'],
    ['with a text', ['--input', '"from a terminal"'], 'from a terminal'],
    ['with an object', ['--input', '{"reason":"from a terminal"}'], 'from a terminal'],
  ] as const)('forces a shutdown %s', async ([, input, reason], { anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 600 });
    await drainBegins(stage.client, handle);
    const workflow = ['--workflow-id', `shutdown/${appliance.instanceId}`];
    await temporal('workflow', 'signal', ...workflow, '--name', 'forceShutdown', ...input);
    const failure = await failureOf(handle);
    expect(failure.message).toBe(`drain period interrupted: ${reason}`);
  });

  it('starts a shutdown with nothing but the instance id', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const id = `shutdown/${appliance.instanceId}`;
    await startByHand(appliance, { instanceId: appliance.instanceId });
    const handle = stage.client.workflow.getHandle(id);
    await drainBegins(stage.client, handle);
    expect(await logBookOf(handle)).toContain('started without an execution timeout');
    await handle.signal('requestShutdown', { trigger: 'the test, which cannot wait', drain: 0 });
    expect(await handle.result()).toMatchObject({
      outcome: 'drained',
      registered: appliance.registration,
      drainPeriodSeconds: 60,
      triggers: [{ by: 'unknown' }, { by: 'the test, which cannot wait' }],
    });
    await recordHistory('shutdown-by-hand', handle);
  });

  it('gets one line for each wrong field, and nothing is deregistered (I6)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const { instanceId } = appliance;
    await startByHand(appliance, { instanceId: 'i-nonsense', drain: -1, when: 'now' });
    const handle = stage.client.workflow.getHandle(`shutdown/${instanceId}`);
    const failure = await failureOf(handle);
    await recordHistory('shutdown-wrong-input', handle);
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    expect(failure.message.split('; ')).toEqual([
      'shutdown input: instanceId: found "i-nonsense", expected an EC2 instance id such as i-0123456789abcdef0',
      'drain: found -1, expected seconds from 0 to 3600, or "deregistration-delay"',
      'unknown field: when',
    ]);
    expect(appliance.targetHealth).toBe('healthy');
    expect(appliance.requests('DeregisterTargets')).toEqual([]);
  });

  const startByHand = ({ instanceId, queues }: { instanceId: string; queues: { fleet: string } }, input: unknown) =>
    temporal(
      ...['workflow', 'start', '--type', 'shutdown', '--task-queue', queues.fleet],
      ...['--workflow-id', `shutdown/${instanceId}`, '--input', JSON.stringify(input)],
    );
});

describe.concurrent('a second request for a shutdown that drains (I4)', () => {
  it('brings the end nearer when it asks for less, and never farther', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 300, trigger: 'first' });
    await drainBegins(stage.client, handle);
    const until = async () => (await handle.query<Status>('status')).drainUntil;
    const asked = await until();
    await handle.signal('requestShutdown', { trigger: 'longer', drain: 3600 });
    expect(await until()).toBe(asked);
    await handle.signal('requestShutdown', { trigger: 'indifferent' });
    expect(await until()).toBe(asked);
    await handle.signal('requestShutdown', { trigger: 'shorter', drain: 1 });
    const receipt = await handle.result();
    expect(receipt).toMatchObject({
      outcome: 'drained',
      drainPeriodSeconds: 300,
      triggers: [
        { by: 'first', drain: 300 },
        { by: 'longer', drain: 3600 },
        { by: 'indifferent' },
        { by: 'shorter', drain: 1 },
      ],
      warnings: expect.arrayContaining([
        expect.stringMatching(/^shorter asked for a drain period of 1 s, so it ends \d+ s sooner$/),
      ]) as string[],
    });
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(1);
    expect(receipt.drainedSeconds).toBeLessThan(300);
    await recordHistory('shutdown-requested-again', handle);
  });

  it('is noted and otherwise ignored when it makes no sense', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 3 });
    await drainBegins(stage.client, handle);
    await handle.signal('requestShutdown', { trigger: 7 });
    const receipt = await handle.result();
    expect(receipt).toMatchObject({ outcome: 'drained', triggers: [{ by: 'test' }] });
    expect(receipt.warnings).toContain('requestShutdown: trigger: found 7, expected text');
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(3);
  });
});

describe.concurrent('a shutdown that AWS never confirms', () => {
  it('gives up on draining after 30 seconds and says what it saw (I7)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    appliance.fault({ kind: 'status', status: 200, action: 'DeregisterTargets' });
    const handle = await appliance.shutdown({ registered: appliance.registration });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'DrainingTimeout', nonRetryable: true });
    expect(failure.message).toBe(
      `timeout waiting for draining state - forcing shutdown: target ${appliance.instanceId} is healthy after 30 s`,
    );
    expect(receiptIn(failure)).toMatchObject({
      outcome: 'draining timeout',
      drainingAt: null,
      observations: [{ state: 'healthy' }],
    });
    await recordHistory('shutdown-draining-timeout', handle);
  });
});
