import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DeregisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InstanceOptions, SimulatorOptions, TargetGroupOptions } from '../../src/simulator/simulator.js';
import { startAws } from './harness.js';

const second = 1000;
const minute = 60 * second;

const steady = { kind: 'constant', seconds: 20 } as const;
const traffic = { ratePerSecond: 5, arrivals: 'even', length: steady, udpShare: 0, unclosedShare: 0 } as const;

/** A group with targets that are healthy already, and what happens to flows there. */
async function aFleet(
  size: number,
  {
    group = {},
    instance = {},
    options = {},
  }: { group?: Partial<TargetGroupOptions>; instance?: Partial<InstanceOptions>; options?: SimulatorOptions } = {},
) {
  const aws = await startAws(options);
  const { arn } = aws.aGroup({ registrationDelaySeconds: 0, ...group });
  const ids: string[] = [];
  for (let made = 0; made < size; made += 1) {
    const { instanceId } = await aws.anInstance(instance);
    aws.sim.registerTarget(arn, instanceId);
    ids.push(instanceId);
  }
  await aws.clock.advance(minute);
  const [first = '', other = ''] = ids;
  return {
    ...aws,
    arn,
    first,
    other,
    flows: () => aws.sim.flows(arn),
    of: (id: string) => aws.sim.flows(arn).targets.find(({ targetId }) => targetId === id),
    deregister: (id: string) =>
      aws.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }] })),
  };
}

const rebalance = {
  'target_failover.on_deregistration': 'rebalance',
  'target_failover.on_unhealthy': 'rebalance',
  'deregistration_delay.timeout_seconds': '30',
};

describe('flows', () => {
  it('come at their rate, last as long as they do, and end where they began', async () => {
    const { sim, arn, clock, flows } = await aFleet(2);
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    // 5 a second for a minute, the last 100 of them younger than 20 s.
    expect(flows()).toMatchObject({ opened: 300, active: 100, finished: 200, moved: 0, cut: 0, refused: 0 });
  });

  it('spread over the healthy targets, each flow to one of them', async () => {
    const { sim, arn, clock, flows } = await aFleet(4);
    sim.startTraffic(arn, { ...traffic, ratePerSecond: 100 });
    await clock.advance(minute);
    const opened = flows().targets.map((target) => target.opened);
    expect(opened).toHaveLength(4);
    // 6,000 flows over four targets: 1,500 each, give or take what chance does.
    for (const count of opened) expect(Math.abs(count - 1500)).toBeLessThan(150);
  });

  it('that are new never go to a target that drains, while those it has go on there', async () => {
    const { sim, arn, clock, flows, of, first, deregister } = await aFleet(2);
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    const before = of(first)?.opened;
    expect(of(first)?.active).toBeGreaterThan(0);
    await deregister(first);
    await clock.advance(10 * second);
    expect(of(first)?.active).toBeGreaterThan(0);
    await clock.advance(10 * second);
    expect(of(first)).toMatchObject({ opened: before, active: 0, cut: 0 });
    expect(flows().cut).toBe(0);
  });

  it('stay on a target that was deregistered and is gone from the group, for as long as its process is there', async () => {
    const { sim, arn, clock, of, first, deregister } = await aFleet(2, {
      group: { attributes: { 'deregistration_delay.timeout_seconds': '10' } },
    });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 60 } });
    await clock.advance(minute);
    await deregister(first);
    await clock.advance(20 * second);
    expect(sim.targetHealth(arn, first).reason).toBe('Target.NotRegistered');
    const { active = 0 } = of(first) ?? {};
    expect(active).toBeGreaterThan(0);
    sim.setInstanceState(first, 'terminated');
    expect(of(first)).toMatchObject({ active: 0, cut: active });
  });

  it.each([
    ['its process is gone', 'process gone', (sim: Sim, id: string) => sim.setProbe(id, 'gone')],
    ['its instance stops', 'instance not running', (sim: Sim, id: string) => sim.setInstanceState(id, 'stopped')],
    [
      'its instance is terminated',
      'instance not running',
      (sim: Sim, id: string) => sim.setInstanceState(id, 'terminated'),
    ],
  ] as const)('of a target are cut, and no others, when %s', async (_when, because, lose) => {
    const { sim, arn, clock, flows, of, first, other } = await aFleet(2);
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    const { active = 0 } = of(first) ?? {};
    expect(active).toBeGreaterThan(0);
    lose(sim, first);
    expect(of(first)).toMatchObject({ active: 0, cut: active });
    expect(of(other)?.cut).toBe(0);
    expect(flows().records).toHaveLength(active);
    expect(flows().records[0]).toMatchObject({ outcome: 'cut', because, targets: [first] });
  });

  it('that are new are cut by a process that is gone until its health check has noticed', async () => {
    const { sim, arn, clock, of, first } = await aFleet(2);
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    sim.setProbe(first, 'gone');
    const { cut = 0 } = of(first) ?? {};
    // Two failures, ten seconds apart.
    await clock.advance(20 * second);
    const { cut: noticed = 0 } = of(first) ?? {};
    expect(noticed).toBeGreaterThan(cut);
    await clock.advance(minute);
    expect(of(first)?.cut).toBe(noticed);
  });

  it('are rehashed when their target turns unhealthy, with target failover', async () => {
    const { sim, arn, clock, of, flows, first } = await aFleet(2, { group: { attributes: rebalance } });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 100 } });
    await clock.advance(minute);
    const { active = 0 } = of(first) ?? {};
    sim.setProbe(first, 'unhealthy');
    await clock.advance(20 * second);
    expect(of(first)?.active).toBe(0);
    expect(of(first)?.movedAway).toBeGreaterThanOrEqual(active);
    await clock.advance(2 * minute);
    expect(flows()).toMatchObject({ moved: of(first)?.movedAway, cut: 0 });
  });

  it('stay on a target that turns unhealthy, without target failover', async () => {
    const { sim, arn, clock, of, flows, first } = await aFleet(2);
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 100 } });
    await clock.advance(minute);
    const { active = 0 } = of(first) ?? {};
    sim.setProbe(first, 'unhealthy');
    await clock.advance(20 * second);
    expect(of(first)?.active).toBeGreaterThanOrEqual(active);
    await clock.advance(2 * minute);
    expect(flows()).toMatchObject({ moved: 0, cut: 0 });
  });

  it('are rehashed after deregistration only once the delay is over, and the time that failover takes', async () => {
    const { sim, arn, clock, of, first, other, deregister } = await aFleet(2, {
      group: { attributes: rebalance },
      options: { assumptions: { rebalanceSeconds: 60 } },
    });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 600 } });
    await clock.advance(minute);
    const { active = 0 } = of(first) ?? {};
    await deregister(first);
    await clock.advance(90 * second - 1);
    expect(of(first)).toMatchObject({ active, movedAway: 0 });
    await clock.advance(1);
    expect(of(first)).toMatchObject({ active: 0, movedAway: active });
    expect(of(other)?.movedHere).toBe(active);
  });

  it('that found no healthy target to move to do so once there is one', async () => {
    const { sim, arn, clock, of, first, other } = await aFleet(2, {
      group: { attributes: rebalance },
      options: { assumptions: { failOpen: false } },
    });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 600 } });
    await clock.advance(minute);
    sim.setProbe(other, 'unhealthy');
    await clock.advance(minute);
    sim.setProbe(first, 'unhealthy');
    await clock.advance(minute);
    expect(of(first)?.active).toBeGreaterThan(0);
    sim.setProbe(other, 'healthy');
    await clock.advance(minute);
    expect(of(first)?.active).toBe(0);
    expect(of(other)?.movedHere).toBeGreaterThan(0);
  });

  it('stay with a target that was registered again before failover', async () => {
    const { sim, arn, clock, of, first, deregister } = await aFleet(2, { group: { attributes: rebalance } });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 600 } });
    await clock.advance(minute);
    await deregister(first);
    await clock.advance(40 * second);
    sim.registerTarget(arn, first);
    await clock.advance(2 * minute);
    expect(of(first)).toMatchObject({ movedAway: 0 });
  });

  it('that are silent are cut too when the process is gone that knew them', async () => {
    const { sim, arn, clock, flows } = await aFleet(1);
    sim.startTraffic(arn, { ...traffic, forSeconds: 10, pauseShare: 1, pauseSeconds: 100 });
    await clock.advance(minute);
    const [instance] = sim.instances;
    sim.setProbe(instance?.instanceId ?? '', 'gone');
    expect(flows()).toMatchObject({ active: 0, cut: 49 });
  });

  it('of a process that is gone hang until failover where that is assumed, and go on elsewhere', async () => {
    const { sim, arn, clock, flows, of, first, other } = await aFleet(2, {
      group: { attributes: rebalance },
      options: { assumptions: { lostTarget: 'fail-over' } },
    });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 100 } });
    await clock.advance(minute);
    sim.setProbe(first, 'gone');
    expect(flows().cut).toBe(0);
    await clock.advance(20 * second);
    expect(of(first)?.active).toBe(0);
    expect(of(other)?.movedHere).toBe(of(first)?.movedAway);
    await clock.advance(3 * minute);
    expect(flows()).toMatchObject({ cut: 0, moved: of(first)?.movedAway });
  });

  it('that end before failover is over are cut all the same', async () => {
    const { sim, arn, clock, flows, first } = await aFleet(2, {
      group: { attributes: rebalance },
      options: { assumptions: { lostTarget: 'fail-over' } },
    });
    sim.startTraffic(arn, { ...traffic, length: { kind: 'constant', seconds: 5 } });
    await clock.advance(minute);
    sim.setProbe(first, 'gone');
    await clock.advance(minute);
    expect(flows().cut).toBeGreaterThan(0);
    const lost = flows().records.filter(({ outcome }) => outcome === 'cut');
    expect(lost[0]).toMatchObject({ because: 'process gone', targets: [first] });
  });

  it('find no target while none is registered, and are refused', async () => {
    const { sim, arn, clock, flows } = await aFleet(0);
    sim.startTraffic(arn, traffic);
    await clock.advance(10 * second);
    expect(flows()).toMatchObject({ opened: 50, refused: 50, active: 0 });
    expect(flows().records[0]).toMatchObject({ outcome: 'refused', because: 'no target', targets: [] });
  });

  it.each([
    [true, 0],
    [false, 50],
  ])(
    'go to unhealthy targets when there are no others and the load balancer fails open: %s',
    async (failOpen, refused) => {
      const { sim, arn, clock, flows } = await aFleet(2, {
        instance: { probe: 'unhealthy' },
        options: { assumptions: { failOpen } },
      });
      sim.startTraffic(arn, traffic);
      await clock.advance(10 * second);
      expect(flows().refused).toBe(refused);
    },
  );

  it('are cut when the listener is removed, and refused until it is back', async () => {
    const { sim, arn, clock, flows } = await aFleet(1);
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    sim.setInUse(arn, false);
    expect(flows()).toMatchObject({ active: 0, cut: 100 });
    await clock.advance(10 * second);
    expect(flows().refused).toBe(50);
  });

  it('end with their target group', async () => {
    const { sim, arn, clock } = await aFleet(1);
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    sim.deleteTargetGroup(arn);
    expect(() => sim.flows(arn)).toThrow('no target group');
    await clock.advance(minute);
  });

  it('only go to targets of the zone where they enter, unless the load balancer crosses zones', async () => {
    for (const crossZone of [false, true]) {
      const { sim, arn, clock, flows, of, anInstance } = await aFleet(1, { group: { crossZone } });
      const other = await anInstance({ availabilityZone: 'eu-central-1b' });
      sim.registerTarget(arn, other.instanceId);
      await clock.advance(minute);
      sim.startTraffic(arn, traffic);
      await clock.advance(minute);
      expect(of(other.instanceId) !== undefined).toBe(crossZone);
      expect(flows().refused).toBe(0);
    }
  });

  it('that fall silent longer than the idle timeout are new ones to the load balancer', async () => {
    for (const [pauseSeconds, moves] of [
      [340, false],
      [360, true],
    ] as const) {
      const { sim, arn, clock, flows, deregister, first } = await aFleet(2);
      sim.startTraffic(arn, { ...traffic, forSeconds: 10, pauseShare: 1, pauseSeconds });
      await clock.advance(15 * second);
      await deregister(first);
      await clock.advance(10 * minute);
      expect(flows()).toMatchObject({ opened: 49, active: 0, cut: 0 });
      expect(flows().moved > 0).toBe(moves);
    }
  });

  it('keep to the idle timeout of the listener', async () => {
    const { sim, arn, clock, flows, deregister, first } = await aFleet(2, { group: { tcpIdleTimeoutSeconds: 60 } });
    sim.startTraffic(arn, { ...traffic, forSeconds: 10, pauseShare: 1, pauseSeconds: 70 });
    await clock.advance(15 * second);
    await deregister(first);
    await clock.advance(10 * minute);
    expect(flows().moved).toBeGreaterThan(0);
  });

  it('with the same addresses keep together where stickiness leaves out the ports', async () => {
    const attributes = { 'stickiness.enabled': 'true', 'stickiness.type': 'source_ip_dest_ip' };
    const { sim, arn, clock, of, first, deregister } = await aFleet(2, { group: { attributes } });
    // Enough flows that every pair of addresses always has one open.
    sim.startTraffic(arn, { ...traffic, ratePerSecond: 2_000, length: { kind: 'constant', seconds: 30 } });
    await clock.advance(20 * second);
    const before = of(first)?.opened ?? 0;
    await deregister(first);
    await clock.advance(5 * second);
    // A new flow of a known pair goes where the others are, although that target drains.
    expect(of(first)?.opened).toBeGreaterThan(before);
  });

  it('stop coming when they are stopped, and those that are open go on', async () => {
    const { sim, arn, clock, flows } = await aFleet(1);
    const { stop } = sim.startTraffic(arn, traffic);
    await clock.advance(10 * second);
    stop();
    expect(flows().active).toBe(50);
    await clock.advance(minute);
    expect(flows()).toMatchObject({ opened: 50, active: 0, finished: 50 });
  });

  it('are the same for the same seed, and others for another', async () => {
    const run = async (seed: number) => {
      const { sim, arn, clock, flows, first } = await aFleet(2);
      sim.startTraffic(arn, { ratePerSecond: 20, seed });
      await clock.advance(minute);
      sim.setProbe(first, 'gone');
      await clock.advance(minute);
      return flows();
    };
    const [once, again, other] = [await run(7), await run(7), await run(8)];
    expect(once.records.length).toBeGreaterThan(0);
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });
});

type Sim = Awaited<ReturnType<typeof startAws>>['sim'];

describe('flows to a real process', () => {
  it('are cut when it stops listening, within a second', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { sim, arn, clock, flows, first } = await aFleet(1, {
      instance: { probe: 'real', probeAddress: { host: '127.0.0.1', port } },
    });
    sim.startTraffic(arn, traffic);
    await clock.advance(minute);
    expect(flows()).toMatchObject({ active: 100, cut: 0 });
    await new Promise((resolve) => server.close(resolve));
    await clock.advance(second);
    expect(flows().active).toBe(0);
    expect(flows().records[0]).toMatchObject({ because: 'process gone', targets: [first] });
  });

  it('leave it in peace when there are no more', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { sim, arn, clock } = await aFleet(1, {
      instance: { probe: 'real', probeAddress: { host: '127.0.0.1', port } },
    });
    sim.startTraffic(arn, { ...traffic, forSeconds: 5, length: { kind: 'constant', seconds: 1 } });
    await clock.advance(minute);
    const before = connections;
    await clock.advance(minute);
    // Six health checks, ten seconds apart.
    expect(connections - before).toBeLessThanOrEqual(7);
  });
});
