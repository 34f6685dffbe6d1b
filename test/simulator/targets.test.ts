import { describe, expect, it } from 'vitest';
import { scaledClock } from '../../src/simulator/simulator.js';
import { aTarget } from './harness.js';

const second = 1000;

describe('a target', () => {
  it('that was never registered is unused, and not in the list', async () => {
    const { health, listed } = await aTarget();
    expect(await health()).toBe('unused/Target.NotRegistered');
    expect(await listed()).toEqual([]);
  });

  it('is initial for both reasons, and healthy after five successes ten seconds apart', async () => {
    const { clock, health, listed, register } = await aTarget();
    await register();
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
    await clock.advance(5 * second);
    expect(await health()).toBe('initial/Elb.InitialHealthChecking');
    await clock.advance(50 * second - 1);
    expect(await health()).toBe('initial/Elb.InitialHealthChecking');
    await clock.advance(1);
    expect(await health()).toBe('healthy');
    expect(await listed()).toHaveLength(1);
  });

  it('passes through every state in one jump of the clock', async () => {
    const { clock, sim, register } = await aTarget();
    await register();
    await clock.advance(24 * 3600 * second);
    expect(sim.transitions.map(({ to }) => to.reason ?? to.state)).toEqual([
      'Elb.RegistrationInProgress',
      'Elb.InitialHealthChecking',
      'healthy',
    ]);
  });

  it('changes at its own times on a clock that runs, however late somebody looks', async () => {
    const { sim, arn, id, register, deregister } = await aTarget({}, {}, { clock: scaledClock(20_000) });
    await register();
    await sim.awaitTargetState(arn, id, 'healthy');
    await deregister();
    await sim.awaitTargetState(arn, id, 'unused');
    const times = sim.transitions.map(({ at }) => at);
    const lasted = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)));
    expect([lasted[0], lasted[1], lasted[3]]).toEqual([5 * second, 50 * second, 300 * second]);
  });

  it('is unhealthy after two failures, and healthy again after five successes', async () => {
    const { clock, health, register, sim, instanceId } = await aTarget();
    await register();
    await clock.advance(55 * second);
    sim.setProbe(instanceId, 'unhealthy');
    await clock.advance(20 * second - 1);
    expect(await health()).toBe('healthy');
    await clock.advance(1);
    expect(await health()).toBe('unhealthy/Target.FailedHealthChecks');
    sim.setProbe(instanceId, 'healthy');
    await clock.advance(50 * second - 1);
    expect(await health()).toBe('unhealthy/Target.FailedHealthChecks');
    await clock.advance(1);
    expect(await health()).toBe('healthy');
  });

  it('that never answers goes from initial to unhealthy', async () => {
    const { clock, health, register } = await aTarget({}, { probe: 'unhealthy' });
    await register();
    await clock.advance(25 * second);
    expect(await health()).toBe('unhealthy/Target.FailedHealthChecks');
  });

  it('drains for exactly the deregistration delay, and is gone', async () => {
    const { clock, health, listed, register, deregister } = await aTarget();
    await register();
    await clock.advance(60 * second);
    await deregister();
    expect(await health()).toBe('draining/Target.DeregistrationInProgress');
    await clock.advance(300 * second - 1);
    expect(await health()).toBe('draining/Target.DeregistrationInProgress');
    expect(await listed()).toHaveLength(1);
    await clock.advance(1);
    expect(await health()).toBe('unused/Target.NotRegistered');
    expect(await listed()).toEqual([]);
  });

  it('does not drain longer for being deregistered twice', async () => {
    const { clock, health, register, deregister } = await aTarget();
    await register();
    await deregister();
    await clock.advance(200 * second);
    await deregister();
    await clock.advance(100 * second);
    expect(await health()).toBe('unused/Target.NotRegistered');
  });

  it('leaves at once when the deregistration delay is 0', async () => {
    const { health, register, deregister } = await aTarget({
      attributes: { 'deregistration_delay.timeout_seconds': '0' },
    });
    await register();
    await deregister();
    expect(await health()).toBe('unused/Target.NotRegistered');
  });

  it('is initial again when it is registered while draining', async () => {
    const { clock, health, register, deregister } = await aTarget();
    await register();
    await deregister();
    await clock.advance(299 * second);
    await register();
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
    await clock.advance(60 * second);
    expect(await health()).toBe('healthy');
  });

  it('stays what it is when it is registered again', async () => {
    const { clock, health, register } = await aTarget();
    await register();
    await clock.advance(60 * second);
    await register();
    expect(await health()).toBe('healthy');
  });

  it('is not in use while no listener forwards to its group, and then leaves without draining', async () => {
    const { clock, health, register, deregister, sim, arn } = await aTarget();
    await register();
    await clock.advance(60 * second);
    sim.setInUse(arn, false);
    expect(await health()).toBe('unused/Target.NotInUse');
    await deregister();
    expect(await health()).toBe('unused/Target.NotRegistered');
  });

  it('starts over as initial when a listener forwards to its group', async () => {
    const { clock, health, register, sim, arn } = await aTarget({ inUse: false });
    await register();
    await clock.advance(3600 * second);
    expect(await health()).toBe('unused/Target.NotInUse');
    sim.setInUse(arn, true);
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
  });

  it('is in an invalid state while its instance is stopped', async () => {
    const { health, register, sim, instanceId, arn } = await aTarget();
    await register();
    sim.setInstanceState(instanceId, 'stopped');
    expect(await health()).toBe('unused/Target.InvalidState');
    sim.setInstanceState(instanceId, 'terminated');
    expect(sim.targetHealth(arn, instanceId).description).toBe('Target is in the terminated state');
    sim.setInstanceState(instanceId, 'running');
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
  });

  it('drains on when its instance stops', async () => {
    const { health, register, deregister, sim, instanceId } = await aTarget();
    await register();
    await deregister();
    sim.setInstanceState(instanceId, 'terminated');
    expect(await health()).toBe('draining/Target.DeregistrationInProgress');
  });

  it('named by its address times out when its instance stops', async () => {
    const { clock, health, register, sim, instanceId } = await aTarget({ targetType: 'ip' });
    await register();
    await clock.advance(60 * second);
    expect(await health()).toBe('healthy');
    sim.setInstanceState(instanceId, 'stopped');
    await clock.advance(20 * second);
    expect(await health()).toBe('unhealthy/Target.Timeout');
  });

  it('can be awaited', async () => {
    const { clock, register, sim, arn, id } = await aTarget();
    await register();
    const healthy = sim.awaitTargetState(arn, id, 'healthy');
    await clock.advance(60 * second);
    await healthy;
    await sim.awaitTargetState(arn, id, 'healthy');
  });
});
