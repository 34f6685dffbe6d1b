import { describe, expect, it, onTestFinished } from 'vitest';
import { connectInspection } from '../../src/aws/inspection.js';
import type { TargetChange } from '../../src/aws/inspection.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { FaultRule, TargetGroupOptions } from '../../src/simulator/simulator.js';

const signal = new AbortController().signal;

/** A group with one registered target, and how it is looked at. */
async function aGroup(options: Partial<TargetGroupOptions> = {}) {
  const simulator = await startSimulator({ throttling: 'off', pageSize: 1 });
  onTestFinished(() => simulator.close());
  const before = { ...process.env };
  onTestFinished(() => void Object.assign(process.env, before));
  Object.assign(process.env, simulator.environment());
  const tags = { 'neuwerk:cluster': 'fw' };
  const { arn, targetType } = simulator.createTargetGroup({ vpcId: 'vpc-1', tags, ...options });
  const instance = await simulator.createInstance({ vpcId: 'vpc-1', tags, probe: 'healthy' });
  const inspection = await connectInspection(simulator.region);
  const group = await inspection.group(arn, signal);
  if (group === undefined) throw new Error('no group, expected one');
  const id = targetType === 'ip' ? instance.privateIp : instance.instanceId;
  simulator.registerTarget(arn, id);
  const transitions = simulator.transitions.length;
  return {
    simulator,
    inspection,
    group,
    id,
    instance,
    transitions,
    health: () => simulator.targetHealth(arn, id).state,
  };
}

const changes: TargetChange[] = ['RegisterTargets', 'DeregisterTargets'];
const tries = (['instance', 'ip'] as const).flatMap((targetType) =>
  changes.map((change) => [change, targetType] as const),
);

describe('a try of a permission to change targets', () => {
  it.each(tries)('%s in a group by %s is allowed, and changes nothing (I6)', async (change, targetType) => {
    const { simulator, inspection, group, transitions, health } = await aGroup({ targetType });
    const before = health();
    expect(await inspection.mayChangeTargets(change, group, signal)).toBe(true);
    expect(simulator.requests(change).map(({ effect }) => effect)).toEqual([undefined]);
    expect(simulator.transitions.slice(transitions)).toEqual([]);
    expect(health()).toBe(before);
  });

  it.each(tries)('%s in a group by %s rejects when it is denied', async (change, targetType) => {
    const { simulator, inspection, group } = await aGroup({ targetType });
    simulator.addFault({ kind: 'error', action: change, code: 'AccessDenied', status: 403 });
    await expect(inspection.mayChangeTargets(change, group, signal)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each<[string, FaultRule, boolean]>([
    ['takes for proof that AWS looked for the target', { kind: 'error', code: 'InvalidTarget' }, true],
    ['takes no refusal of the request for proof', { kind: 'error', code: 'ValidationError' }, false],
  ])('%s', async (_, fault, proven) => {
    const { simulator, inspection, group } = await aGroup();
    simulator.addFault(fault);
    for (const change of changes) expect(await inspection.mayChangeTargets(change, group, signal)).toBe(proven);
  });

  it('is not made in a group whose targets are something else', async () => {
    const { simulator, inspection, group } = await aGroup();
    for (const change of changes)
      expect(await inspection.mayChangeTargets(change, { ...group, targetType: 'lambda' }, signal)).toBe(false);
    expect(changes.flatMap((change) => simulator.requests(change))).toEqual([]);
  });
});

describe('what a diagnosis reads', () => {
  it('is the group with its health check and its load balancer', async () => {
    const healthCheck = { protocol: 'HTTP', path: '/health', port: 8080 } as const;
    const { group, simulator, inspection } = await aGroup({ healthCheck });
    expect(group).toMatchObject({
      protocol: 'GENEVE',
      targetType: 'instance',
      vpcId: 'vpc-1',
      loadBalancerArns: [expect.stringContaining(':loadbalancer/gwy/')],
      healthCheck: { ...healthCheck, port: '8080', intervalSeconds: 10, healthyThreshold: 5, matcher: '200-399' },
    });
    simulator.deleteTargetGroup(group.arn);
    expect(await inspection.group(group.arn, signal)).toBeUndefined();
  });

  it("is the group's attributes", async () => {
    const { inspection, group } = await aGroup();
    expect(await inspection.attributes(group.arn, signal)).toMatchObject({
      'deregistration_delay.timeout_seconds': '300',
      'target_failover.on_deregistration': 'no_rebalance',
    });
  });

  it('is every running instance of the cluster, with its zone, over all pages', async () => {
    const { inspection, simulator, instance } = await aGroup();
    const tags = { 'neuwerk:cluster': 'fw' };
    const other = await simulator.createInstance({
      vpcId: 'vpc-1',
      tags,
      probe: 'gone',
      availabilityZone: 'eu-central-1b',
    });
    await simulator.createInstance({ vpcId: 'vpc-1', tags: { 'neuwerk:cluster': 'other' }, probe: 'gone' });
    const fleet = await inspection.fleet({ key: 'neuwerk:cluster', value: 'fw' }, signal);
    expect(fleet.map(({ instanceId, zone }) => [instanceId, zone]).sort()).toEqual(
      [
        [instance.instanceId, 'eu-central-1a'],
        [other.instanceId, 'eu-central-1b'],
      ].sort(),
    );
  });

  it('is who the credentials belong to', async () => {
    const { inspection } = await aGroup();
    expect(await inspection.caller(signal)).toMatch(/^arn:aws:iam::\d{12}:user\/operator$/);
  });
});
