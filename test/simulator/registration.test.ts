import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { aTarget, startAws } from './harness.js';

describe('RegisterTargets', () => {
  it.each([
    ['an instance that is not there', {}, 'i-0123456789abcdef0', 'InvalidTargetException'],
    ['an instance in another VPC', { vpcId: 'vpc-2' }, undefined, 'InvalidTargetException'],
    ['an instance that is pending', { state: 'pending' }, undefined, 'InvalidTargetException'],
    ['an instance that is stopped', { state: 'stopped' }, undefined, 'InvalidTargetException'],
  ] as const)('refuses %s', async (_what, instance, absent, name) => {
    const { elbv2, arn, id } = await aTarget({}, instance);
    const command = new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: absent ?? id }] });
    await expect(elbv2.send(command)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('registers none of several targets when one of them is refused', async () => {
    const { elbv2, arn, id, listed } = await aTarget();
    const command = new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }, { Id: 'i-absent' }] });
    await expect(elbv2.send(command)).rejects.toMatchObject({ name: 'InvalidTargetException' });
    expect(await listed()).toEqual([]);
  });

  it('refuses a port that is not GENEVE', async () => {
    const { elbv2, arn, id } = await aTarget();
    const command = new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id, Port: 80 }] });
    await expect(elbv2.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses a call about no target', async () => {
    const { elbv2, arn } = await aTarget();
    const command = new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [] });
    await expect(elbv2.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('of a target that is registered succeeds and changes nothing; of one that drains, it ends that', async () => {
    const { register, deregister, arn, sim } = await aTarget();
    const { name } = sim.targetGroups.find((group) => group.arn === arn) ?? { name: '' };
    await register();
    const changes = sim.transitions.length;
    await register();
    expect(sim.transitions).toHaveLength(changes);
    await deregister();
    await register();
    const [first, repeated, again] = sim.requests('RegisterTargets');
    expect(first?.effect).toMatch(new RegExp(`^registered i-\\w+ with ${name}$`));
    expect(repeated).not.toHaveProperty('effect');
    expect(again?.effect).toBe(first?.effect);
  });

  it('says of several targets which it registered', async () => {
    const { elbv2, register, arn, id, sim, anInstance } = await aTarget();
    const { instanceId } = await anInstance();
    await register();
    await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }, { Id: instanceId }] }));
    expect(sim.requests('RegisterTargets')[1]?.effect).toContain(`registered ${instanceId} with`);
  });

  it('does not find a group that was deleted', async () => {
    const { register, deregister, health, sim, arn } = await aTarget();
    await register();
    sim.deleteTargetGroup(arn);
    for (const call of [register, deregister, health]) {
      await expect(call()).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    }
  });
});

describe('a target that left', () => {
  it('is forgotten when another one comes, after ten minutes, and can come back', async () => {
    const { sim, clock, arn, register, deregister, health, anInstance } = await aTarget({
      attributes: { 'deregistration_delay.timeout_seconds': '0' },
    });
    await register();
    await deregister();
    await clock.advance(11 * 60_000);
    const known = () => sim.targetGroups[0]?.targets.size;
    expect(known()).toBe(1);
    sim.registerTarget(arn, (await anInstance()).instanceId);
    expect(known()).toBe(1);
    await register();
    expect(known()).toBe(2);
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
  });
});

describe('DeregisterTargets', () => {
  it('of a target that is not registered succeeds and changes nothing', async () => {
    const { deregister, sim } = await aTarget();
    await deregister();
    expect(sim.requests('DeregisterTargets')).toMatchObject([{ outcome: { status: 200 } }]);
    expect(sim.requests('DeregisterTargets')[0]).not.toHaveProperty('effect');
    expect(sim.transitions).toEqual([]);
  });

  it('of a target that drains succeeds and changes nothing', async () => {
    const { register, deregister, sim } = await aTarget();
    await register();
    await deregister();
    const changes = sim.transitions.length;
    await deregister();
    expect(sim.transitions).toHaveLength(changes);
    const [first, repeated] = sim.requests('DeregisterTargets');
    expect(first?.effect).toContain('deregistered');
    expect(repeated).not.toHaveProperty('effect');
  });

  it('is about the port that was registered', async () => {
    const { elbv2, sim, aGroup, anInstance } = await startAws();
    const { arn } = aGroup({ protocol: 'TCP' });
    const { instanceId } = await anInstance();
    const input = (Port?: number) => ({
      TargetGroupArn: arn,
      Targets: [{ Id: instanceId, ...(Port !== undefined && { Port }) }],
    });
    await elbv2.send(new RegisterTargetsCommand(input(8080)));
    await elbv2.send(new DeregisterTargetsCommand(input()));
    expect(sim.transitions.map(({ to }) => to.state)).toEqual(['initial']);
    await elbv2.send(new DeregisterTargetsCommand(input(8080)));
    expect(sim.transitions.map(({ to }) => to.state)).toEqual(['initial', 'draining']);
  });
});
