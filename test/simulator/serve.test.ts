import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScenarioInput } from '../../src/simulator/scenario/schema.js';
import type { ServeOptions } from '../../src/simulator/serve.js';
import { serveSimulator } from '../../src/simulator/serve.js';
import { ManualClock } from '../../src/simulator/simulator.js';

const vpcId = 'vpc-1';
const scenario: ScenarioInput = {
  instances: [
    { instanceId: 'i-1', vpcId, probe: 'healthy' },
    { instanceId: 'i-2', vpcId, probe: 'healthy' },
  ],
  targetGroups: [{ name: 'edge', vpcId }],
};

async function aServedSimulator(options: Partial<ServeOptions> = {}) {
  const served = await serveSimulator({ scenario, clock: new ManualClock(), ...options });
  onTestFinished(() => served.close());
  return served;
}

describe('a served simulator', () => {
  it('has the world of the scenario, over the wire', async () => {
    const { endpoint, targetGroups, instances } = await aServedSimulator();
    const elbv2 = new ElasticLoadBalancingV2Client({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'SIMULATEDOPERATOR', secretAccessKey: 'simulated' },
    });
    onTestFinished(() => elbv2.destroy());
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups?.map(({ TargetGroupName, TargetGroupArn }) => [TargetGroupName, TargetGroupArn])).toEqual(
      targetGroups.map(({ name, arn }) => [name, arn]),
    );
    expect(targetGroups.map(({ name }) => name)).toEqual(['edge']);
    expect(instances.map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-2']);
  });

  it('has a control API that answers from the first request on', async () => {
    const { controlEndpoint } = await aServedSimulator();
    const answers = await Promise.all([1, 2, 3].map(() => fetch(`${controlEndpoint}/clock`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('gives every instance what a process needs to play it', async () => {
    const { endpoint, instances } = await aServedSimulator();
    for (const { imdsEndpoint, environment } of instances) {
      expect(environment).toMatchObject({
        AWS_ENDPOINT_URL: endpoint,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsEndpoint,
      });
    }
    expect(new Set(instances.map(({ environment }) => environment.AWS_ACCESS_KEY_ID)).size).toBe(2);
  });

  it('says what to print: comments, and lines that a shell can take', async () => {
    const { lines, endpoint, targetGroups, instances } = await aServedSimulator();
    expect(lines.filter((line) => !/^(#.*|export [A-Z0-9_]+=[\w.:/-]+|)$/.test(line))).toEqual([]);
    expect(lines).toContain(`export AWS_ENDPOINT_URL=${endpoint}`);
    expect(lines).toContain('export AWS_ACCESS_KEY_ID=SIMULATEDOPERATOR');
    expect(lines).toContain('export AWS_DEFAULT_REGION=eu-central-1');
    for (const { imdsEndpoint } of instances) {
      expect(lines).toContain(`export AWS_EC2_METADATA_SERVICE_ENDPOINT=${imdsEndpoint}`);
    }
    const arns = targetGroups.map(({ arn }) => `#   ${arn}`);
    expect(lines.filter((line) => line.length > 80 && !arns.includes(line))).toEqual([]);
  });

  it('binds loopback, and advertises the name that it is told', async () => {
    expect((await aServedSimulator()).endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await aServedSimulator({ advertisedHost: 'simulator' })).endpoint).toMatch(/^http:\/\/simulator:\d+$/);
    expect((await aServedSimulator({ host: '0.0.0.0' })).endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('runs on the clock that it is given, else on that of the scenario', async () => {
    const manual: ScenarioInput = { clock: { kind: 'scaled', speed: 60 } };
    expect((await aServedSimulator({ scenario: manual })).simulator.clock.speed).toBe(0);
    const own = await serveSimulator({ scenario: manual });
    onTestFinished(() => own.close());
    expect(own.simulator.clock.speed).toBe(60);
  });

  it('leaves nothing listening when a port is taken', async () => {
    const taken = Number(new URL((await aServedSimulator()).endpoint).port);
    await expect(serveSimulator({ scenario, port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const port = await aFreePort();
    const instances = [{ vpcId, probe: 'healthy' as const, imdsPort: taken }];
    await expect(serveSimulator({ port, scenario: { instances } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await aServedSimulator({ port })).endpoint).toBe(`http://127.0.0.1:${port}`);
  });

  it('leaves nothing listening when no such world can be', async () => {
    const port = await aFreePort();
    const instances = [{ instanceId: 'i-1', vpcId, probe: 'real' as const }];
    await expect(serveSimulator({ port, scenario: { instances } })).rejects.toThrow(
      /^instances\.0: .*probe real needs/,
    );
    await expect(serveSimulator({ port, scenario: { pageSize: 0 } })).rejects.toThrow(/^pageSize: found 0/);
    expect((await aServedSimulator({ port })).endpoint).toBe(`http://127.0.0.1:${port}`);
  });
});

/** A port that somebody has just left. */
async function aFreePort(): Promise<number> {
  const { endpoint, simulator } = await serveSimulator({ scenario: {} });
  await simulator.close();
  return Number(new URL(endpoint).port);
}
