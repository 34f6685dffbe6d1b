import { DescribeInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock } from '../../src/simulator/simulator.js';
import { TokenBuckets } from '../../src/simulator/throttling/buckets.js';
import type { Throttling } from '../../src/simulator/throttling/limits.js';
import { startAws } from './harness.js';

// Some send hundreds of requests: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** Sends until one is refused. @returns how many were not, and the refusal. */
async function untilRefused(send: () => Promise<unknown>): Promise<{ granted: number; error: unknown }> {
  for (let granted = 0; granted < 1000; granted += 1) {
    try {
      await send();
    } catch (error) {
      return { granted, error };
    }
  }
  throw new Error('a thousand requests, and none was refused');
}

async function aThrottledAws(throttling: Throttling = 'published') {
  const aws = await startAws({ throttling });
  const { arn } = aws.aGroup();
  const { instanceId } = await aws.anInstance();
  const input = { TargetGroupArn: arn, Targets: [{ Id: instanceId }] };
  return {
    ...aws,
    register: () => aws.elbv2.send(new RegisterTargetsCommand(input)),
    deregister: () => aws.elbv2.send(new DeregisterTargetsCommand(input)),
    describe: () => aws.elbv2.send(new DescribeTargetHealthCommand(input)),
    modify: () =>
      aws.elbv2.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn: arn,
          Attributes: [{ Key: 'stickiness.enabled', Value: 'false' }],
        }),
      ),
    describeInstance: () => aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
    describeAllInstances: () => aws.ec2.send(new DescribeInstancesCommand({})),
    stop: () => aws.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] })),
  };
}

describe('throttling', () => {
  it('grants the burst, then what comes back each second, and refuses the rest as ELBv2 does', async () => {
    const { register, clock, sim } = await aThrottledAws();
    const { granted, error } = await untilRefused(register);
    expect(granted).toBe(20);
    expect(error).toMatchObject({ name: 'Throttling', message: 'Rate exceeded', $metadata: { httpStatusCode: 400 } });
    await clock.advance(1000);
    expect((await untilRefused(register)).granted).toBe(4);
    expect(sim.journal.at(-1)).toMatchObject({
      action: 'RegisterTargets',
      outcome: { status: 400, code: 'Throttling', throttled: true },
    });
  });

  it('leaves the world as it was when it refuses', async () => {
    const { register, deregister, sim } = await aThrottledAws();
    await untilRefused(register);
    const { error } = await untilRefused(deregister);
    expect(error).toMatchObject({ name: 'Throttling' });
    expect(sim.requests('DeregisterTargets')).toMatchObject([{ outcome: { throttled: true } }]);
    expect(sim.requests('DeregisterTargets')[0]).not.toHaveProperty('effect');
  });

  it('lets RegisterTargets and DeregisterTargets share a bucket, and no others with them', async () => {
    const { register, deregister, describe, modify } = await aThrottledAws();
    for (let pair = 0; pair < 10; pair += 1) {
      await register();
      await deregister();
    }
    await expect(register()).rejects.toMatchObject({ name: 'Throttling' });
    expect((await untilRefused(describe)).granted).toBe(200);
    expect((await untilRefused(modify)).granted).toBe(20);
  });

  it('counts EC2 by action, and less for a Describe without ids and filters', async () => {
    const { describeInstance, describeAllInstances, stop } = await aThrottledAws();
    const refused = await untilRefused(describeInstance);
    expect(refused.granted).toBe(100);
    expect(refused.error).toMatchObject({ name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } });
    expect((await untilRefused(describeAllInstances)).granted).toBe(50);
    expect((await untilRefused(stop)).granted).toBe(50);
  });

  it('takes other limits, also for services that have none published', async () => {
    const { register, tagging } = await aThrottledAws({
      elbv2Targets: { capacity: 2, perSecond: 1 },
      tagging: { capacity: 3, perSecond: 1 },
    });
    expect((await untilRefused(register)).granted).toBe(2);
    const { granted, error } = await untilRefused(() => tagging.send(new GetResourcesCommand({})));
    expect(granted).toBe(3);
    expect(error).toMatchObject({ name: 'ThrottledException', $metadata: { httpStatusCode: 400 } });
  });

  it('spells the code as documented, where that is assumed', async () => {
    const { elbv2 } = await startAws({
      throttling: 'published',
      assumptions: { elbv2ThrottlingCode: 'ThrottlingException' },
    });
    const { error } = await untilRefused(() => elbv2.send(new DescribeTargetGroupsCommand({})));
    expect(error).toMatchObject({ name: 'ThrottlingException' });
  });

  it('keeps the regions apart that requests are signed for', async () => {
    const { register, config } = await aThrottledAws();
    await untilRefused(register);
    const elsewhere = new ElasticLoadBalancingV2Client({ ...config, region: 'us-east-1' });
    onTestFinished(() => elsewhere.destroy());
    const request = elsewhere.send(new RegisterTargetsCommand({ TargetGroupArn: 'none', Targets: [] }));
    await expect(request).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('of IMDS has a bucket for each instance, and answers 503', async () => {
    const { anInstance } = await startAws({ throttling: { imds: { capacity: 2, perSecond: 1 } } });
    const [one, other] = [await anInstance(), await anInstance()];
    const ask = async (endpoint: string) =>
      (
        await fetch(`${endpoint}/latest/api/token`, {
          method: 'PUT',
          headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
        })
      ).status;
    const asked = async (endpoint: string) => [await ask(endpoint), await ask(endpoint), await ask(endpoint)];
    expect(await asked(one.imdsEndpoint)).toEqual([200, 200, 503]);
    expect(await asked(other.imdsEndpoint)).toEqual([200, 200, 503]);
  });

  it('can be switched off', async () => {
    const { register } = await aThrottledAws('off');
    for (let request = 0; request < 50; request += 1) await register();
  });
});

describe('a token bucket', () => {
  it('is never below zero or above its capacity, and grants no more than burst and rate allow', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take' as const) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 5_000 }) }),
    );
    const bucket = fc.record({
      capacity: fc.integer({ min: 1, max: 50 }),
      perSecond: fc.double({ min: 0.1, max: 50, noNaN: true }),
    });
    return fc.assert(
      fc.asyncProperty(bucket, fc.array(step, { maxLength: 200, size: 'max' }), async (limit, steps) => {
        const clock = new ManualClock(0);
        const buckets = new TokenBuckets(clock);
        let granted = 0;
        for (const taken of steps) {
          if (taken.kind === 'wait') await clock.advance(taken.ms);
          else if (buckets.take('only', limit)) granted += 1;
          for (const tokens of Object.values(buckets.levels)) {
            expect(tokens).toBeGreaterThanOrEqual(0);
            expect(tokens).toBeLessThanOrEqual(limit.capacity);
          }
          expect(granted).toBeLessThanOrEqual(limit.capacity + (clock.now() / 1000) * limit.perSecond + 1e-6);
        }
      }),
    );
  });
});
