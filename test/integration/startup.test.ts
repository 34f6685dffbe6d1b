import { CancelledFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { textsIn } from '../../src/simulator/wire/parameters.js';
import { activitiesOf, failureOf, logBookOf, recordHistory } from '../support/history.js';
import { it } from '../support/life.js';
import { temporal } from '../support/temporal-command.js';

describe.concurrent('a startup', () => {
  it('brings an instance into service and returns what its controller has to know', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    const { cluster, instance, instanceId, groupArn } = appliance;
    const peer = await stage.simulator.createInstance({
      vpcId: instance.vpcId,
      tags: instance.tags,
      probe: 'healthy',
    });

    const handle = await appliance.startup();
    const config = await handle.result();

    expect(config).toEqual({
      instanceId,
      vpcId: instance.vpcId,
      availabilityZone: instance.availabilityZone,
      region: stage.simulator.region,
      privateIp: instance.privateIp,
      cluster,
      targetGroupArn: groupArn,
      target: { id: instanceId },
      ingressDevice: 'lo',
      ingressDevices: ['lo'],
      tunnelDetector: 'configured',
      tunnelMode: 'geneve',
      peers: [peer.privateIp],
    });
    expect(await appliance.configFile()).toEqual(config);
    expect(appliance.targetHealth).toBe('healthy');
    await recordHistory('startup-in-service', handle);
  });

  it('registers only after the group is known to be the one GENEVE group of its cluster and VPC (I1)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    await (await appliance.startup()).result();
    const actions = appliance.requests().map(({ action }) => action);
    expect(actions.slice(0, actions.indexOf('RegisterTargets'))).toEqual([
      'GetResources',
      'DescribeTargetGroups',
      'DescribeTargetHealth',
    ]);
  });

  it('can be read in the Temporal Web UI without the code', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    const handle = await appliance.startup();
    await handle.result();

    const description = await handle.describe();
    expect(await description.staticSummary()).toBe(
      `bring ${appliance.instanceId} into service in cluster ${appliance.cluster}`,
    );
    expect(await description.staticDetails()).toContain('3. register the target');
    const lines = (await activitiesOf(handle)).map(({ type, summary }) => `${type} - ${summary}`);
    expect(lines.sort()).toEqual(
      [
        'confirmHealthy - look until the target is healthy',
        'discoverTargetGroup - find the one GENEVE target group of the cluster',
        "listPeers - list the cluster's other running instances",
        'readMetadata - ask the instance metadata service who this is',
        'registerTarget - register the target',
        'findTunnel - look for the interface that receives GENEVE',
        'writeControllerConfig - write the controller config',
      ].sort(),
    );
  });

  it('waits for nothing where it is told to: neither health nor a tunnel', async ({ anAppliance }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    const handle = await appliance.startup({ healthyWindowSeconds: 0, tunnel: { policy: 'skip' } });
    expect(await handle.result()).toMatchObject({ ingressDevice: null, target: { id: appliance.instanceId } });
    const steps = (await activitiesOf(handle)).map(({ type }) => type);
    expect(steps.sort()).toEqual([
      ...['discoverTargetGroup', 'listPeers', 'readMetadata', 'registerTarget', 'writeControllerConfig'],
    ]);
    await recordHistory('startup-waiting-for-nothing', handle);
  });

  it('uses an explicit target group without looking for tags', async ({ anAppliance }) => {
    const appliance = await anAppliance({ groups: [{ tags: {} }] });
    const config = await (await appliance.startup({ targetGroupArn: appliance.groupArn })).result();
    expect(config.targetGroupArn).toBe(appliance.groupArn);
    expect(appliance.requests('GetResources')).toEqual([]);
  });

  it('can be started with the Temporal CLI, its cluster taken from the queue', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    const { instanceId, cluster } = appliance;
    await temporal(
      ...['workflow', 'start', '--type', 'startup', '--task-queue', `drawbridge/${cluster}`],
      ...['--workflow-id', `startup/${instanceId}`],
      ...['--input', JSON.stringify({ instanceId, tunnel: { device: 'lo' } })],
    );
    const handle = stage.client.workflow.getHandle(`startup/${instanceId}`);
    expect(await handle.result()).toMatchObject({ instanceId, cluster, targetGroupArn: appliance.groupArn });
    await recordHistory('startup-by-hand', handle);
  });

  it('attaches to the startup that already runs', async ({ anAppliance }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    const registering = appliance.nextRequest('RegisterTargets');
    const first = await appliance.startup({ healthyWindowSeconds: 60 });
    await registering;
    const second = await appliance.startup({}, { workflowIdConflictPolicy: 'USE_EXISTING' });
    expect((await second.describe()).runId).toBe((await first.describe()).runId);
    await first.cancel();
    await expect(second.result()).rejects.toThrow(WorkflowFailedError);
  });
});

describe.concurrent('a startup that cannot find its target group registers nothing (I1)', () => {
  it('when no group has the tag', async ({ anAppliance }) => {
    const appliance = await anAppliance({ groups: [] });
    const handle = await appliance.startup();
    expect(await failureOf(handle)).toMatchObject({
      type: 'TargetGroupNotFound',
      message: `no target group found with tag neuwerk:cluster=${appliance.cluster}`,
      nonRetryable: true,
    });
    await recordHistory('startup-no-group', handle);
    expect(appliance.requests('RegisterTargets')).toEqual([]);
  });

  it('when two groups have the tag', async ({ anAppliance }) => {
    const appliance = await anAppliance({ groups: [{}, {}] });
    const arns = appliance.groups.map(({ arn }) => arn).sort();
    expect(await failureOf(await appliance.startup())).toMatchObject({
      type: 'TargetGroupAmbiguous',
      message: `multiple target groups match tag neuwerk:cluster=${appliance.cluster}, require explicit ARN to resolve ambiguity: [${arns.join(', ')}]`,
      nonRetryable: true,
    });
    expect(appliance.requests('RegisterTargets')).toEqual([]);
  });

  it('when the group speaks TCP', async ({ anAppliance }) => {
    const appliance = await anAppliance({ groups: [{ protocol: 'TCP' }] });
    expect(await failureOf(await appliance.startup())).toMatchObject({
      type: 'TargetGroupNotGeneve',
      message: `target group ${appliance.groupArn} type is TCP, not GENEVE - misconfiguration`,
      nonRetryable: true,
    });
    expect(appliance.requests('RegisterTargets')).toEqual([]);
  });

  it('when the group stands in another VPC', async ({ anAppliance }) => {
    const appliance = await anAppliance({ groups: [{ vpcId: 'vpc-0123456789abcdef0' }] });
    expect(await failureOf(await appliance.startup())).toMatchObject({
      type: 'TargetGroupInOtherVpc',
      message: `target group ${appliance.groupArn} is in VPC vpc-0123456789abcdef0, expected this instance's VPC ${appliance.instance.vpcId}`,
      nonRetryable: true,
    });
    expect(appliance.requests('RegisterTargets')).toEqual([]);
  });
});

describe.concurrent('a startup in trouble', () => {
  it('takes the target out again when the tunnel does not appear (I5)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    const handle = await appliance.startup({ tunnel: { device: 'gone0', windowSeconds: 1 } });
    const failure = await failureOf(handle);
    expect(failure.type).toBe('TunnelNotFound');
    expect(failure.message).toMatch(/^no tunnel after 1 s: found .*lo.*, expected the interface gone0; set the tunnel/);
    expect(appliance.targetHealth).toMatch(/^draining/);
    expect(await appliance.healthStatus()).toBe(503);
    await recordHistory('startup-undone', handle);
  });

  it('goes on without a tunnel where the policy is to warn', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    const handle = await appliance.startup({ tunnel: { policy: 'warn', device: 'gone0', windowSeconds: 1 } });
    expect(await handle.result()).toMatchObject({ ingressDevice: null, tunnelDetector: null });
    expect(appliance.targetHealth).toBe('healthy');
    await recordHistory('startup-without-tunnel', handle);
  });

  it('leaves a target alone that was in service before (I6)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.startup({ tunnel: { device: 'gone0', windowSeconds: 1 } });
    expect((await failureOf(handle)).type).toBe('TunnelNotFound');
    expect(appliance.targetHealth).toBe('healthy');
    expect(appliance.requests('DeregisterTargets')).toEqual([]);
    expect(await appliance.healthStatus()).toBe(200);
    await recordHistory('startup-failed-in-service', handle);
  });

  it('fails at once when the group is attached to no listener, since it could never be healthy', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance({ groups: [{ inUse: false }] });
    const handle = await appliance.startup();
    const failure = await failureOf(handle);
    await recordHistory('startup-not-in-use', handle);
    expect(failure).toMatchObject({ type: 'TargetNotInUse', nonRetryable: true });
    expect(failure.message).toContain('attach the target group to a Gateway Load Balancer listener');
    expect(appliance.targetHealth).toBe('unused (Target.NotRegistered)');
  });

  it('says what it saw when the target does not become healthy in time, and takes it out again (I5)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    const handle = await appliance.startup({ healthyWindowSeconds: 2 });
    const failure = await failureOf(handle);
    await recordHistory('startup-not-healthy', handle);
    expect(failure.type).toBe('HealthTimeout');
    expect(failure.message).toContain('expected healthy: check the target group');
    expect(failure.details?.[0]).toHaveProperty('observations');
    expect(appliance.targetHealth).toMatch(/^draining/);
  });

  it('takes the target out again when it is cancelled while awaiting healthy (I5)', async ({ anAppliance }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    const registered = appliance
      .nextRequest('RegisterTargets')
      .then(() => appliance.nextRequest('DescribeTargetHealth'));
    const handle = await appliance.startup();
    await registered;
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) as unknown });
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('startup-cancelled', handle);
  });

  it('registers nothing when it is cancelled before (I5)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    const action = 'GetResources';
    stage.simulator.addFault({ kind: 'hang', action, resource: appliance.cluster });
    const searched = stage.simulator.nextRequest(action, ({ parameters }) =>
      textsIn(parameters).includes(appliance.cluster),
    );
    const handle = await appliance.startup();
    await searched;
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) as unknown });
    expect(appliance.requests('RegisterTargets')).toEqual([]);
    await recordHistory('startup-cancelled-early', handle);
  });

  it('fails with why its target could not be taken out again, and notes what it had failed with before', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    appliance.fault({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DeregisterTargets' });
    const handle = await appliance.startup({ tunnel: { device: 'gone0', windowSeconds: 1 } });
    const failure = await failureOf(handle);
    expect(failure.type).toBe('AwsDenied');
    expect(failure.message).toMatch(/^deregisterTarget /);
    expect(await logBookOf(handle)).toContain('startup failed, undoing the registration: no tunnel after 1 s');
    expect(appliance.requests('DeregisterTargets'), 'by the host, then by the fleet').toHaveLength(2);
    await recordHistory('startup-undo-denied', handle);
  });

  it('is not registered twice when the reply to RegisterTargets is lost (I9)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    appliance.fault({ kind: 'resetAfter', action: 'RegisterTargets', count: 1 });
    await (await appliance.startup()).result();
    expect(appliance.requests('RegisterTargets')).toHaveLength(2);
    const registrations = stage.simulator.transitions.filter(
      ({ targetId, from }) => targetId === appliance.instanceId && from.reason === 'Target.NotRegistered',
    );
    expect(registrations).toHaveLength(1);
    expect(appliance.targetHealth).toBe('healthy');
  });

  it('tries again when RegisterTargets is throttled, one request per attempt (I8)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    appliance.fault({ kind: 'error', code: 'Throttling', action: 'RegisterTargets', count: 2 });
    await (await appliance.startup()).result();
    expect(appliance.requests('RegisterTargets').map(({ outcome, attempt }) => [outcome.status, attempt])).toEqual([
      [400, 1],
      [400, 1],
      [200, 1],
    ]);
  });

  it('does not try again when AWS denies the call, and says what to check', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    appliance.fault({ kind: 'error', code: 'AccessDenied', status: 403, action: 'RegisterTargets' });
    const handle = await appliance.startup();
    const failure = await failureOf(handle);
    await recordHistory('startup-denied', handle);
    expect(failure).toMatchObject({ type: 'AwsDenied', nonRetryable: true });
    expect(failure.message).toContain('check the IAM policy of the role');
    expect(appliance.requests('RegisterTargets')).toHaveLength(1);
  });

  it('does not register an instance whose shutdown runs', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const deregistered = appliance.nextRequest('DeregisterTargets');
    const leaving = await appliance.shutdown({ drain: 600 });
    await deregistered;
    const startup = await appliance.startup();
    const failure = await failureOf(startup);
    await recordHistory('startup-while-leaving', startup);
    expect(failure).toMatchObject({
      type: 'ShutdownRunning',
      message: `instance ${appliance.instanceId}: its shutdown is running, not registering; start again when it is done`,
    });
    await leaving.signal('forceShutdown');
    await failureOf(leaving);
    expect(appliance.targetHealth).toMatch(/^draining/);
  });

  it('fails with one line for each wrong field of an input written by hand, and does nothing', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await anAppliance();
    const handle = await stage.client.workflow.start('startup', {
      workflowId: `startup/${appliance.instanceId}`,
      taskQueue: appliance.queues.fleet,
      args: [{ instanceId: 'i-1', tunnel: { policy: 'maybe' } }],
    });
    expect(await failureOf(handle)).toMatchObject({
      type: 'InvalidInput',
      nonRetryable: true,
      message:
        'startup input: instanceId: found "i-1", expected an EC2 instance id such as i-0123456789abcdef0; ' +
        'tunnel.policy: found "maybe", expected "require", "warn" or "skip"',
    });
    expect(await activitiesOf(handle)).toEqual([]);
    await recordHistory('startup-wrong-input', handle);
  });
});
