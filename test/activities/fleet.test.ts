import { describe, expect, it } from 'vitest';
import { waitForTargetHealth } from '../../src/activities/fleet-health.js';
import { countHealthyTargets, getAllNodeIps, getTargetHealthStates } from '../../src/activities/fleet-reads.js';
import { listTargets } from '../../src/activities/fleet-targets.js';
import {
  describeInstance,
  describeInstanceState,
  getPrivateIp,
  getTargetGroupArn,
} from '../../src/activities/instance-reads.js';
import { waitForIperf3Server } from '../../src/activities/iperf3.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, groupArn } from '../support/fake-aws.js';
import type { FakeAwsOptions } from '../support/fake-aws.js';

const vpcId = 'vpc-0a1b2c3d';
const [first, second, gone] = ['i-00000000000000001', 'i-00000000000000002', 'i-00000000000000003'];
const arn = groupArn('firewalls');
const which = { cluster: 'fw-prod' };

/** Two instances and a third that is terminated, all registered, by id unless told otherwise. */
const aFleet = (targetType: 'instance' | 'ip' = 'instance', options: FakeAwsOptions = {}) =>
  aFakeAws({
    groups: [aGroup({ targetType })],
    instances: [
      { instanceId: first, privateIp: '10.0.0.11', vpcId },
      { instanceId: second, privateIp: '10.0.0.2', vpcId },
      { instanceId: gone, privateIp: '10.0.0.3', vpcId, state: 'terminated' },
    ],
    registered: {
      [arn]: (targetType === 'instance' ? [second, first, gone] : ['10.0.0.2', '10.0.0.11', '10.0.9.9']).map((id) => ({
        id,
      })),
    },
    ...options,
  });

describe('the targets of a cluster', () => {
  it('are listed with the instances behind them; a terminated one has no address any more', async () => {
    const { targetGroupArn, targets } = await listTargets(aFleet(), which, anAttempt());
    expect(targetGroupArn).toBe(arn);
    expect(targets.map(({ target, instanceId, privateIp }) => [target.id, instanceId, privateIp])).toEqual([
      [first, first, '10.0.0.11'],
      [second, second, '10.0.0.2'],
      [gone, gone, null],
    ]);
  });

  it('are found by their addresses in an ip group, also where no instance has the address', async () => {
    const { targets } = await listTargets(aFleet('ip'), which, anAttempt());
    expect(targets.map(({ instanceId, privateIp }) => [instanceId, privateIp])).toEqual([
      [first, '10.0.0.11'],
      [second, '10.0.0.2'],
      [null, '10.0.9.9'],
    ]);
  });

  it('are counted, told by state, and told by address', async () => {
    expect(await countHealthyTargets(aFleet(), which, anAttempt())).toBe(3);
    expect(await getTargetHealthStates(aFleet(), which, anAttempt())).toMatchObject({ [first]: 'healthy' });
    expect(await getAllNodeIps(aFleet(), which, anAttempt())).toEqual(['10.0.0.11', '10.0.0.2']);
    expect(await getAllNodeIps(aFleet('ip'), which, anAttempt())).toEqual(['10.0.0.11', '10.0.0.2', '10.0.9.9']);
  });

  it('I1: are those of the one GENEVE group, or of none', async () => {
    const aws = aFakeAws({ groups: [aGroup({ protocol: 'TCP' })] });
    await expect(listTargets(aws, which, anAttempt())).rejects.toMatchObject({ type: 'TargetGroupNotGeneve' });
    await expect(listTargets(aws, { cluster: 'other' }, anAttempt())).rejects.toMatchObject({
      type: 'TargetGroupNotFound',
    });
    await expect(listTargets(aws, {}, anAttempt())).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});

describe('one instance', () => {
  it.each(['instance', 'ip'] as const)('is found in its group by %s, with its health', async (targetType) => {
    expect(await describeInstance(aFleet(targetType), { instanceId: second }, anAttempt())).toMatchObject({
      state: 'running',
      privateIp: '10.0.0.2',
      registrations: [{ targetGroupArn: arn, health: { state: 'healthy' } }],
    });
    expect(await getTargetGroupArn(aFleet(targetType), { instanceId: second }, anAttempt())).toBe(arn);
  });

  it('has a group only where exactly one holds it', async () => {
    const groups = [aGroup(), aGroup({ arn: groupArn('others') })];
    const nowhere = aFleet('instance', { groups, registered: {} });
    await expect(getTargetGroupArn(nowhere, { instanceId: first }, anAttempt())).rejects.toMatchObject({
      type: 'TargetGroupNotFound',
      message: `no GENEVE target group holds instance ${first}`,
    });
    const registered = { [arn]: [{ id: first }], [groupArn('others')]: [{ id: first }] };
    const twice = aFleet('instance', { groups, registered });
    await expect(getTargetGroupArn(twice, { instanceId: first }, anAttempt())).rejects.toMatchObject({
      type: 'TargetGroupAmbiguous',
    });
  });

  it('has its state and its address told; what is not there is said', async () => {
    expect(await describeInstanceState(aFleet(), { instanceId: gone }, anAttempt())).toBe('terminated');
    expect(await getPrivateIp(aFleet(), { instanceId: first }, anAttempt())).toBe('10.0.0.11');
    await expect(getPrivateIp(aFleet(), { instanceId: gone }, anAttempt())).rejects.toMatchObject({
      type: 'InstanceNotFound',
      message: `instance ${gone} is terminated and has no private IP any more`,
    });
    await expect(
      describeInstanceState(aFleet(), { instanceId: 'i-0000000000000000f' }, anAttempt()),
    ).rejects.toMatchObject({ type: 'InstanceNotFound' });
  });
});

describe('waiting for a group', () => {
  const windowMs = 60_000;

  it('ends when every target is healthy', async () => {
    const seen = await waitForTargetHealth(aFleet(), { ...which, windowMs }, anAttempt());
    expect(seen).toMatchObject([{ state: '3 of 3 healthy' }]);
  });

  it('I7: gives up with what it saw last, and the state of each target', async () => {
    const aws = aFleet('instance', { registered: {} });
    await aws.targetGroups.register(arn, { id: first }, anAttempt().signal);
    await expect(waitForTargetHealth(aws, { ...which, windowMs }, anAttempt())).rejects.toMatchObject({
      type: 'HealthTimeout',
      final: true,
      message: `target group ${arn}: 0 of 1 healthy (${first} initial (Elb.RegistrationInProgress)) after 60 s, expected every target healthy`,
      details: { states: { [first]: 'initial' } },
    });
  });

  it('fails at once when the group is attached to no load balancer, also without a target that could say so', async () => {
    const attempt = anAttempt();
    const aws = aFleet('instance', { groups: [aGroup({ loadBalancerArns: [] })], registered: {} });
    await expect(waitForTargetHealth(aws, { ...which, windowMs }, attempt)).rejects.toMatchObject({
      type: 'TargetNotInUse',
      final: true,
      message: `target group ${arn}: no targets (and no load balancer): attach the target group to a Gateway Load Balancer listener, and enable the zone`,
    });
    expect(attempt.elapsedSeconds).toBe(0);
  });

  it('fails at once when the group is deleted meanwhile', async () => {
    const attempt = anAttempt();
    const aws = aFleet('instance', { registered: {} });
    aws.failNext('DescribeTargetHealth', awsError('TargetGroupNotFoundException'));
    await expect(waitForTargetHealth(aws, { ...which, windowMs }, attempt)).rejects.toMatchObject({
      type: 'TargetGroupNotFound',
      final: true,
    });
    expect(attempt.elapsedSeconds).toBe(0);
  });
});

describe('waiting for an iperf3 server', () => {
  const wait = (aws: ReturnType<typeof aFleet>, attempt = anAttempt(), instanceId = first) =>
    waitForIperf3Server(aws, { instanceId, windowMs: 60_000 }, attempt);

  it('asks the instance until something listens, also while it is not managed yet', async () => {
    const aws = aFleet();
    aws.failNext('SendCommand', awsError('InvalidInstanceId'));
    aws.scriptInvocations({ status: 'Failed', exitCode: 1 }, { exitCode: 0 });
    const seen = await wait(aws);
    expect(seen.map(({ state }) => state)).toEqual(['not managed by Systems Manager', 'not listening', 'listening']);
    expect(new Set(aws.sent.map(({ script }) => script)).size).toBe(1);
  });

  it('fails at once on an instance that is gone', async () => {
    const aws = aFleet();
    aws.failNext('SendCommand', awsError('InvalidInstanceId'));
    await expect(wait(aws, anAttempt(), gone)).rejects.toMatchObject({ type: 'InstanceStateUnreachable', final: true });
  });

  it('gives an instance that EC2 does not know a minute to appear, and no more', async () => {
    const aws = aFleet();
    const attempt = anAttempt();
    aws.failNext('SendCommand', ...Array.from({ length: 60 }, () => awsError('InvalidInstanceId')));
    const waiting = waitForIperf3Server(aws, { instanceId: 'i-0000000000000000f', windowMs: 600_000 }, attempt);
    await expect(waiting).rejects.toMatchObject({
      type: 'InstanceNotFound',
      final: true,
      message: 'EC2 knows no instance i-0000000000000000f; check the id, the account and the region',
    });
    expect(attempt.elapsedSeconds).toBeGreaterThanOrEqual(60);
    expect(attempt.elapsedSeconds).toBeLessThan(66);
  });

  it('I7: gives up with what it saw last, and what starts one', async () => {
    const aws = aFleet();
    aws.scriptInvocations({ status: 'Failed', exitCode: 2, stderr: 'grep: not found\n' });
    const attempt = anAttempt();
    await expect(wait(aws, attempt)).rejects.toMatchObject({
      type: 'Iperf3Timeout',
      message: expect.stringContaining(
        'exit code 2) after 60 s: grep: not found, expected TCP 5201 listening',
      ) as string,
    });
    expect(attempt.elapsedSeconds).toBeLessThanOrEqual(60);
  });
});
