import {
  DescribeInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { aTarget, startAws } from './harness.js';

const second = 1000;

async function anInstance() {
  const aws = await startAws({ assumptions: { instanceTransitionSeconds: 15 } });
  const { instanceId } = await aws.anInstance();
  const input = { InstanceIds: [instanceId] };
  return {
    ...aws,
    instanceId,
    start: () => aws.ec2.send(new StartInstancesCommand(input)),
    stop: () => aws.ec2.send(new StopInstancesCommand(input)),
    terminate: () => aws.ec2.send(new TerminateInstancesCommand(input)),
    state: async () =>
      (await aws.ec2.send(new DescribeInstancesCommand(input))).Reservations?.[0]?.Instances?.[0]?.State,
  };
}

describe('an instance', () => {
  it('is stopping until it is stopped, and pending until it runs again', async () => {
    const { clock, start, stop, state, instanceId } = await anInstance();
    const { StoppingInstances } = await stop();
    expect(StoppingInstances).toEqual([
      {
        InstanceId: instanceId,
        CurrentState: { Code: 64, Name: 'stopping' },
        PreviousState: { Code: 16, Name: 'running' },
      },
    ]);
    await clock.advance(15 * second - 1);
    expect(await state()).toEqual({ Code: 64, Name: 'stopping' });
    await clock.advance(1);
    expect(await state()).toEqual({ Code: 80, Name: 'stopped' });
    const { StartingInstances } = await start();
    expect(StartingInstances?.[0]?.CurrentState).toEqual({ Code: 0, Name: 'pending' });
    await clock.advance(15 * second);
    expect(await state()).toEqual({ Code: 16, Name: 'running' });
  });

  it('is shutting down until it is terminated, and stays that', async () => {
    const { clock, start, stop, terminate, state, sim } = await anInstance();
    await stop();
    const { TerminatingInstances } = await terminate();
    expect(TerminatingInstances?.[0]).toMatchObject({
      CurrentState: { Name: 'shutting-down' },
      PreviousState: { Name: 'stopping' },
    });
    await clock.advance(60 * second);
    expect(await state()).toEqual({ Code: 48, Name: 'terminated' });
    await expect(start()).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
    await expect(stop()).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
    await terminate();
    expect(sim.requests('TerminateInstances').map(({ effect }) => effect)).toEqual([
      expect.stringContaining('terminated i-'),
      undefined,
    ]);
  });

  it('that is terminated while it stops does not come to a stop on the way', async () => {
    const { clock, stop, terminate, state } = await anInstance();
    await stop();
    await clock.advance(10 * second);
    await terminate();
    await clock.advance(5 * second);
    expect((await state())?.Name).toBe('shutting-down');
  });

  it('that runs is started without effect, and one that stops cannot be started yet', async () => {
    const { start, stop, sim } = await anInstance();
    await start();
    expect(sim.journal.at(-1)).not.toHaveProperty('effect');
    await stop();
    await expect(start()).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
  });

  it('is left alone by a dry run, which says what would have happened', async () => {
    const { ec2, instanceId, state } = await anInstance();
    const dryRun = new StopInstancesCommand({ InstanceIds: [instanceId], DryRun: true });
    await expect(ec2.send(dryRun)).rejects.toMatchObject({
      name: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
    expect((await state())?.Name).toBe('running');
  });

  it('is not changed when another one that was named with it cannot be', async () => {
    const { ec2, instanceId, state } = await anInstance();
    const both = new StopInstancesCommand({ InstanceIds: [instanceId, 'i-0123456789abcdef0'] });
    await expect(ec2.send(both)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect((await state())?.Name).toBe('running');
  });

  it.each([
    ['no instance', [], 'MissingParameter'],
    ['an id that is none', ['web-1'], 'InvalidInstanceID.Malformed'],
  ])('cannot be meant by %s', async (_what, InstanceIds, name) => {
    const { ec2 } = await anInstance();
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds }))).rejects.toMatchObject({ name });
  });
});

describe('a target', () => {
  it('is unused from when its instance begins to stop until it runs again', async () => {
    const { ec2, clock, register, health, instanceId } = await aTarget();
    await register();
    await clock.advance(120 * second);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    expect(await health()).toBe('unused/Target.InvalidState');
    await clock.advance(60 * second);
    await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    expect(await health()).toBe('unused/Target.InvalidState');
    await clock.advance(15 * second);
    expect(await health()).toBe('initial/Elb.RegistrationInProgress');
  });

  it('in a zone that is not enabled is not in use', async () => {
    const { register, health } = await aTarget({ availabilityZones: ['eu-central-1b'] });
    await register();
    expect(await health()).toBe('unused/Target.NotInUse');
  });

  it('with an address of the load balancer cannot be used', async () => {
    const { register, health } = await aTarget({ targetType: 'ip', loadBalancerIps: ['10.0.0.4'] });
    await register();
    expect(await health()).toBe('unused/Target.IpUnusable');
  });

  it('that is an address need not belong to an instance, and then answers nobody', async () => {
    const { elbv2, clock, sim, aGroup } = await aTarget();
    const { arn } = aGroup({ targetType: 'ip', registrationDelaySeconds: 0 });
    const register = (Id: string) => elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id }] }));
    await register('10.9.9.9');
    await clock.advance(30 * second);
    expect(sim.targetHealth(arn, '10.9.9.9')).toMatchObject({ state: 'unhealthy', reason: 'Target.Timeout' });
    await expect(register('8.8.8.8')).rejects.toMatchObject({ name: 'InvalidTargetException' });
    await expect(register('i-0123456789abcdef0')).rejects.toMatchObject({ name: 'InvalidTargetException' });
  });

  it('is unavailable while the load balancer cannot tell, and then what it was', async () => {
    const { sim, arn, clock, register, health } = await aTarget();
    await register();
    await clock.advance(120 * second);
    sim.setUnavailable(arn, true);
    expect(await health()).toBe('unavailable/Elb.InternalError');
    sim.setUnavailable(arn, false);
    expect(await health()).toBe('healthy');
  });

  it.each([
    ['timeout', 'unhealthy/Target.Timeout'],
    ['gone', 'unhealthy/Target.FailedHealthChecks'],
    [503, 'unhealthy/Target.ResponseCodeMismatch'],
    [204, 'healthy'],
  ] as const)('that answers health checks with %s becomes %s', async (probe, expected) => {
    const { sim, clock, instanceId, register, health } = await aTarget({ healthCheck: { protocol: 'HTTP' } });
    await register();
    await clock.advance(120 * second);
    sim.setProbe(instanceId, probe);
    await clock.advance(20 * second);
    expect(await health()).toBe(expected);
  });
});
