import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/simulator/simulator.js';
import { startAws } from './harness.js';

async function aRegistration() {
  const aws = await startAws();
  const { arn } = aws.aGroup();
  const { instanceId } = await aws.anInstance();
  const command = () => new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: instanceId }] });
  return {
    ...aws,
    register: () => aws.elbv2.send(command()),
    command,
    state: () => aws.sim.targetHealth(arn, instanceId).state,
  };
}

const action = 'RegisterTargets';

describe('a fault', () => {
  it('can be an error with a code and a status, in the words of each protocol', async () => {
    const { sim, elbv2, ec2, tagging } = await startAws();
    sim.addFault({ kind: 'error', service: 'elbv2', code: 'Throttling', message: 'Rate exceeded' });
    sim.addFault({ kind: 'error', service: 'ec2', code: 'RequestLimitExceeded', status: 503 });
    sim.addFault({ kind: 'error', service: 'tagging', code: 'ThrottledException' });
    await expect(elbv2.send(new DescribeTargetGroupsCommand({}))).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(ec2.send(new DescribeInstancesCommand({}))).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    });
    await expect(tagging.send(new GetResourcesCommand({}))).rejects.toMatchObject({ name: 'ThrottledException' });
  });

  it('that resets the connection before the effect leaves the world as it was', async () => {
    const { sim, register, state } = await aRegistration();
    sim.addFault({ kind: 'resetBefore', action });
    await expect(register()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(state()).toBe('unused');
    expect(sim.requests(action)).toMatchObject([{ outcome: { fault: 'resetBefore' } }]);
  });

  it('that resets the connection after the effect loses only the reply', async () => {
    const { sim, register, state } = await aRegistration();
    sim.addFault({ kind: 'resetAfter', action });
    const arrived = sim.nextRequest(action);
    await expect(register()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await arrived).toMatchObject({ effect: expect.stringContaining('registered') as string });
    expect(state()).toBe('initial');
  });

  it.each<[string, FaultRule['kind']]>([
    ['an HTML page of a proxy', 'html502'],
    ['half an answer', 'truncatedBody'],
  ])('can be %s', async (_what, kind) => {
    const { sim, elbv2 } = await startAws();
    sim.addFault({ kind } as FaultRule);
    await expect(elbv2.send(new DescribeTargetGroupsCommand({}))).rejects.toThrow();
  });

  it('can be an answer with nothing in it, which an SDK takes for success', async () => {
    const { sim, elbv2, aGroup } = await startAws();
    aGroup();
    sim.addFault({ kind: 'emptyBody' });
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups).toBeUndefined();
  });

  it('can be an answer that never comes', async () => {
    const { sim, config, command, state } = await aRegistration();
    sim.addFault({ kind: 'hang', action });
    const impatient = new ElasticLoadBalancingV2Client(config);
    const gaveUp = new AbortController();
    const arrived = sim.nextRequest(action);
    const sent = impatient.send(command(), { abortSignal: gaveUp.signal });
    expect((await arrived).outcome).toEqual({ fault: 'hang' });
    gaveUp.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    expect(state()).toBe('unused');
  });

  it('can be an answer that comes late by the simulated clock', async () => {
    const { sim, clock, register, state } = await aRegistration();
    sim.addFault({ kind: 'latency', ms: 60_000, action });
    const arrived = sim.nextRequest(action);
    const sent = register();
    await arrived;
    expect(state()).toBe('initial');
    await clock.advance(60_000);
    await sent;
  });

  it('says in a header when to try again, if asked to', async () => {
    const { sim } = await startAws();
    sim.addFault({ kind: 'error', code: 'Throttling', retryAfterSeconds: 2 });
    const response = await fetch(`${sim.endpoint}/?Action=DescribeTargetGroups&Version=2015-12-01`);
    expect(response.headers.get('retry-after')).toBe('2');
  });
});

describe('a fault of a proxy or a bare status', () => {
  it.each<FaultRule>([
    { kind: 'status', status: 503, retryAfterSeconds: 7 },
    { kind: 'html502', retryAfterSeconds: 7 },
  ])('can say when to try again: $kind', async (rule) => {
    const { sim } = await startAws();
    sim.addFault(rule);
    const response = await fetch(`${sim.endpoint}/?Action=DescribeTargetGroups&Version=2015-12-01`);
    expect([502, 503]).toContain(response.status);
    expect(response.headers.get('retry-after')).toBe('7');
  });
});

describe('a skewed Date header', () => {
  it('is a fault of its own, which makes an SDK take a final error for a passing one', async () => {
    const { sim, config } = await startAws();
    const patient = new ElasticLoadBalancingV2Client({ ...config, maxAttempts: 2 });
    const ask = () => patient.send(new DescribeTargetGroupsCommand({ Names: ['absent'] }));
    await expect(ask()).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    expect(sim.journal).toHaveLength(1);
    sim.addFault({ kind: 'dateSkew', seconds: 300 });
    await expect(ask()).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    expect(sim.journal).toHaveLength(3);
  });
});

describe('a fault rule', () => {
  const statusesUnder = async (rules: FaultRule[], requests: number) => {
    const { sim, register } = await aRegistration();
    for (const rule of rules) sim.addFault(rule);
    const codes = [];
    for (let sent = 0; sent < requests; sent++) {
      codes.push(
        await register().then(
          () => 'ok',
          (error: unknown) => (error as Error).name,
        ),
      );
    }
    return codes;
  };

  it('hits every request until the rules are cleared', async () => {
    const { sim, register } = await aRegistration();
    sim.addFault({ kind: 'error', code: 'Throttling' });
    await expect(register()).rejects.toThrow();
    await expect(register()).rejects.toThrow();
    sim.clearFaults();
    await register();
  });

  it('hits as many requests as it counts', async () => {
    expect(await statusesUnder([{ kind: 'error', code: 'Throttling', count: 2 }], 3)).toEqual([
      'Throttling',
      'Throttling',
      'ok',
    ]);
  });

  it('hits the nth request alone, or from the nth on', async () => {
    expect(await statusesUnder([{ kind: 'error', code: 'A', nth: 2 }], 3)).toEqual(['ok', 'A', 'ok']);
    expect(await statusesUnder([{ kind: 'error', code: 'A', nth: 2, count: 2 }], 4)).toEqual(['ok', 'A', 'A', 'ok']);
  });

  it('gives way to one that was added before it', async () => {
    const rules: FaultRule[] = [
      { kind: 'error', code: 'A', count: 1 },
      { kind: 'error', code: 'B' },
    ];
    expect(await statusesUnder(rules, 2)).toEqual(['A', 'B']);
  });

  it.each<[string, Partial<FaultRule>]>([
    ['another action', { action: 'DeregisterTargets' }],
    ['another service', { service: 'ec2' }],
    ['another resource', { resource: 'i-0123456789abcdef0' }],
    ['requests of an instance', { instanceId: 'i-00000000000000001' }],
  ])('about %s does not hit', async (_what, about) => {
    expect(await statusesUnder([{ kind: 'error', code: 'A', ...about } as FaultRule], 1)).toEqual(['ok']);
  });

  it('about a resource hits requests that name it', async () => {
    expect(await statusesUnder([{ kind: 'error', code: 'A', resource: 'i-00000000000000001' }], 1)).toEqual(['A']);
  });

  it('holds for its window of simulated time', async () => {
    const { sim, clock, register } = await aRegistration();
    sim.addFault({ kind: 'error', code: 'A', window: { afterSeconds: 10, forSeconds: 5 } });
    await register();
    await clock.advance(10_000);
    await expect(register()).rejects.toMatchObject({ name: 'A' });
    await clock.advance(4_999);
    await expect(register()).rejects.toMatchObject({ name: 'A' });
    await clock.advance(1);
    await register();
  });

  it('hits by chance as often as it says, and the same requests for the same seed', { timeout: 60_000 }, async () => {
    const hitsOf = async (seed: number) => {
      const { sim } = await startAws();
      sim.addFault({ kind: 'status', status: 503, probability: 0.3, seed });
      const statuses = [];
      for (let sent = 0; sent < 200; sent += 1) statuses.push((await fetch(sim.endpoint)).status);
      return statuses.map((status) => status === 503);
    };
    const [once, again, other] = [await hitsOf(1), await hitsOf(1), await hitsOf(2)];
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
    const hits = once.filter(Boolean).length;
    expect(hits).toBeGreaterThan(40);
    expect(hits).toBeLessThan(80);
  });

  it('can be taken away by its id, and leaves the others', async () => {
    const { sim, register } = await aRegistration();
    const first = sim.addFault({ kind: 'error', code: 'A' });
    const second = sim.addFault({ kind: 'error', code: 'B' });
    expect([...sim.faults.all.keys()]).toEqual([first, second]);
    expect(sim.faults.remove(first)).toBe(true);
    expect(sim.faults.remove(first)).toBe(false);
    await expect(register()).rejects.toMatchObject({ name: 'B' });
  });

  it('that is none is refused', async () => {
    const { sim } = await startAws();
    expect(() => sim.addFault({ kind: 'explode' } as unknown as FaultRule)).toThrow();
  });
});
