import { describe, expect } from 'vitest';
import { activitiesOf, drainBegins, failureOf, recordHistory, timersOf } from '../support/history.js';
import { it } from '../support/life.js';

describe.concurrent('a shutdown while the startup runs', () => {
  it('ends the startup with its target taken out, then goes on (I5)', async ({ anAppliance }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    const looked = appliance.nextRequest('RegisterTargets').then(() => appliance.nextRequest('DescribeTargetHealth'));
    const startup = await appliance.startup();
    await looked;
    const shutdown = await appliance.shutdown({ drain: 1 });
    expect((await shutdown.result()).outcome).toBe('drained');
    expect((await startup.describe()).status.name).toBe('CANCELLED');
    const registered = appliance.requests('RegisterTargets').at(-1)?.sequence ?? Infinity;
    const deregistered = appliance.requests('DeregisterTargets').map(({ sequence }) => sequence);
    expect(deregistered).toHaveLength(2);
    expect(Math.min(...deregistered)).toBeGreaterThan(registered);
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('startup-ended-by-shutdown', startup);
  });
});

describe.concurrent('a host whose role may not deregister', () => {
  it('is helped by the fleet, whose role may (I3)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    await appliance.startFleetWorker();
    appliance.fault({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DeregisterTargets', count: 1 });
    const handle = await appliance.shutdown({ registered: appliance.registration, drain: 1 });
    expect((await handle.result()).outcome).toBe('drained');
    const { fleet, host } = appliance.queues;
    expect((await activitiesOf(handle)).map(({ type, queue }) => [type, queue])).toEqual([
      ['deregisterTarget', host],
      ['deregisterTarget', fleet],
      ['confirmDraining', fleet],
    ]);
    await recordHistory('shutdown-denied-on-the-host', handle);
  });
});

describe.concurrent('a host that is lost', () => {
  it('before its shutdown is replaced by the fleet after a few seconds, once (I3)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    await appliance.stopAgent();
    await appliance.startFleetWorker();
    const handle = await appliance.shutdown({ drain: 1 });
    expect((await handle.result()).outcome).toBe('drained');
    const { fleet, host } = appliance.queues;
    expect((await activitiesOf(handle)).map(({ type, queue }) => [type, queue])).toEqual([
      ['locateTarget', host],
      ['locateTarget', fleet],
      ['deregisterTarget', fleet],
      ['confirmDraining', fleet],
    ]);
    await recordHistory('shutdown-by-the-fleet', handle);
  });

  it('with DeregisterTargets in hand is replaced by the fleet, which sends it (I3)', async ({ anAppliance }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    await appliance.startFleetWorker();
    appliance.fault({ kind: 'hang', action: 'DeregisterTargets', count: 1 });
    const sent = appliance.nextRequest('DeregisterTargets');
    const handle = await appliance.shutdown({ registered: appliance.registration, drain: 1 });
    await sent;
    await appliance.stopAgent();
    expect((await handle.result()).outcome).toBe('drained');
    expect(appliance.requests('DeregisterTargets')).toHaveLength(2);
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('shutdown-host-lost-in-mid-step', handle);
  });

  it('while it looks whether its target drains leaves the look to the fleet, which knows what was seen (I4)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    await appliance.startFleetWorker();
    const action = 'DescribeTargetHealth';
    appliance.fault({ kind: 'error', code: 'Throttling', action, count: 1 });
    appliance.fault({ kind: 'hang', action, nth: 2 });
    const looksAgain = appliance.nextRequest(action).then(() => appliance.nextRequest(action));
    const handle = await appliance.shutdown({ registered: appliance.registration, drain: 1 });
    await looksAgain;
    await appliance.stopAgent();
    expect(await handle.result()).toMatchObject({
      outcome: 'drained',
      observations: [{ state: 'unknown', reason: 'Throttling' }, { state: 'draining' }],
    });
    await recordHistory('shutdown-look-by-the-fleet', handle);
  });

  it('in mid-drain holds nothing up: the timer goes on and never starts again (I4)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    await appliance.startFleetWorker();
    const handle = await appliance.shutdown({ drain: 4 });
    await drainBegins(stage.client, handle);
    await appliance.stopAgent();
    const receipt = await handle.result();
    expect(receipt.outcome).toBe('drained');
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(4);
    expect(await timersOf(handle)).toHaveLength(1);
  });

  it('in mid-drain with nobody else about finishes late, not shorter, when somebody comes (I4)', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await anAppliance();
    await appliance.enterService();
    const handle = await appliance.shutdown({ drain: 2 });
    await drainBegins(stage.client, handle);
    await appliance.stopAgent();
    await appliance.startFleetWorker();
    const receipt = await handle.result();
    expect(receipt.outcome).toBe('drained');
    expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(2);
    expect(await timersOf(handle)).toHaveLength(1);
  });

  it('while its startup awaits healthy leaves the target to the fleet, and what needs the host fails as HostLost (I5, I7)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance({ probe: 'unhealthy' });
    await appliance.startFleetWorker();
    const looked = appliance.nextRequest('RegisterTargets').then(() => appliance.nextRequest('DescribeTargetHealth'));
    const handle = await appliance.startup({ healthyWindowSeconds: 3 });
    await looked;
    await appliance.stopAgent();
    expect((await failureOf(handle)).type).toBe('HealthTimeout');
    expect(appliance.targetHealth).toMatch(/^draining/);
    await recordHistory('startup-look-by-the-fleet', handle);
  });

  it('and never came makes a startup fail after a minute, saying which queue is empty (I7)', async ({
    anAppliance,
  }) => {
    const appliance = await anAppliance({ agent: false });
    await appliance.startFleetWorker();
    const handle = await appliance.startup();
    const { instanceId, queues } = appliance;
    expect(await failureOf(handle)).toMatchObject({
      type: 'HostLost',
      nonRetryable: true,
      message: `readMetadata: no agent on ${instanceId} took the task within 60 s, expected one on queue ${queues.host}; start the agent there`,
    });
    expect(appliance.requests('RegisterTargets')).toEqual([]);
    await recordHistory('startup-host-lost', handle);
  });
});
