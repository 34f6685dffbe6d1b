import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

describe('the journal', () => {
  it('tells who asked for what, when, and what came of it', async () => {
    const { sim, clock, config, aGroup, anInstance } = await startAws();
    const { arn } = aGroup();
    const { instanceId, accessKeyId } = await anInstance();
    const client = new ElasticLoadBalancingV2Client({
      ...config,
      credentials: { accessKeyId, secretAccessKey: 'simulated' },
    });
    await clock.advance(1000);
    const Targets = [{ Id: instanceId }];
    await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn, Targets }));
    await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: 'absent' })).catch(() => undefined);
    expect(sim.journal).toMatchObject([
      {
        sequence: 1,
        at: clock.now(),
        service: 'elbv2',
        action: 'DescribeTargetHealth',
        parameters: { TargetGroupArn: arn, Targets },
        instanceId,
        attempt: 1,
        outcome: { status: 200 },
      },
      { sequence: 2, outcome: { status: 400, code: 'ValidationError' } },
    ]);
  });

  it('wakes who waits for an action, with the next request for it that matches', async () => {
    const { sim, elbv2, aGroup } = await startAws();
    const [one, other] = [aGroup({ name: 'one' }), aGroup({ name: 'other' })];
    const describeHealth = (arn: string) => elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    const awaited = sim.nextRequest(
      'DescribeTargetHealth',
      ({ parameters }) => parameters.TargetGroupArn === other.arn,
    );
    await describeHealth(one.arn);
    await describeHealth(other.arn);
    expect((await awaited).sequence).toBe(2);
  });
});

describe('the environment of a process', () => {
  it('points every SDK client at the simulator, and tells whose process it is', async () => {
    const { sim, anInstance } = await startAws();
    const { instanceId, accessKeyId, imdsEndpoint } = await anInstance();
    expect(sim.environment(instanceId)).toEqual({
      AWS_ENDPOINT_URL: sim.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'simulated',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsEndpoint,
    });
    expect(sim.environment()).not.toHaveProperty('AWS_EC2_METADATA_SERVICE_ENDPOINT');
    expect(() => sim.environment('i-absent')).toThrow('no instance i-absent');
  });
});
