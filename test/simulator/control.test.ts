import { request } from 'node:http';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScenarioInput } from '../../src/simulator/scenario/schema.js';
import { serveSimulator } from '../../src/simulator/serve.js';
import { scaledClock } from '../../src/simulator/simulator.js';
import { aControl, sendTo } from './control-client.js';

const vpcId = 'vpc-1';
const instanceId = 'i-1';
const spare = 'i-2';

const world = {
  instances: [
    { instanceId, vpcId, probe: 'healthy', nics: [{ interfaceId: 'eni-1' }] },
    { instanceId: spare, vpcId, probe: 'healthy' },
  ],
  targetGroups: [{ name: 'edge', vpcId, targets: [instanceId], registrationDelaySeconds: 5 }],
  autoScalingGroups: [{ name: 'fleet', instances: [instanceId], maxSize: 2 }],
} satisfies ScenarioInput;

/** A world with one target in service, one instance to spare, and real SDK clients of it. */
async function aWorld(scenario: ScenarioInput = {}) {
  const served = await aControl({ ...world, ...scenario });
  const config = {
    endpoint: served.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'SIMULATEDOPERATOR', secretAccessKey: 'simulated' },
    maxAttempts: 1,
  };
  const [elbv2, ssm] = [new ElasticLoadBalancingV2Client(config), new SSMClient(config)];
  onTestFinished(() => {
    for (const client of [elbv2, ssm]) client.destroy();
  });
  const arn = served.targetGroups[0]?.arn ?? '';
  await served.simulator.clock.advance(60_000);
  return {
    ...served,
    elbv2,
    ssm,
    arn,
    health: async () => {
      const { TargetHealthDescriptions } = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
      return TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.Reason ?? TargetHealth?.State);
    },
    register: (id = spare) => elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }] })),
  };
}

describe('the clock', () => {
  it('is read, and lets time pass with all that falls due in it', async () => {
    const { send } = await aControl(world);
    expect((await send('GET', '/clock')).body).toEqual({
      now: Date.UTC(2026, 0, 1),
      time: '2026-01-01T00:00:00.000Z',
      speed: 0,
    });
    expect((await send('POST', '/clock/advance', { seconds: 60 })).body).toMatchObject({
      time: '2026-01-01T00:01:00.000Z',
    });
    expect((await send('GET', '/target-groups/edge')).body).toMatchObject({
      targets: [{ health: { state: 'healthy' } }],
    });
  });

  it('can be advanced although it runs', async () => {
    const served = await serveSimulator({ scenario: {}, clock: scaledClock(1, Date.UTC(2026, 0, 1)) });
    onTestFinished(() => served.close());
    const { body } = await sendTo(served.controlEndpoint, 'POST', '/clock/advance', { seconds: 3600 });
    expect(body).toMatchObject({ speed: 1, time: expect.stringMatching(/^2026-01-01T01:0/) as string });
  });

  it.each([
    [-1, 'seconds: found -1, expected number to be >=0'],
    ['60', 'seconds: found "60", expected number'],
    [4e9, 'seconds: found 4000000000, expected number to be <=315576000'],
  ])('does not advance by %j seconds', async (seconds, error) => {
    const { send } = await aControl();
    expect(await send('POST', '/clock/advance', { seconds })).toEqual({ status: 400, body: { error } });
  });

  it('does not advance beyond the last year there is', async () => {
    const { send, simulator } = await aControl();
    await simulator.clock.advance(Date.UTC(9999, 11, 31, 23, 59, 58) - simulator.clock.now());
    expect((await send('POST', '/clock/advance', { seconds: 2 })).status).toBe(400);
    expect((await send('POST', '/clock/advance', { seconds: 1 })).body).toMatchObject({
      time: '9999-12-31T23:59:59.000Z',
    });
  });
});

describe('target groups', () => {
  it('are created as AWS shows them, unless the name is taken or an attribute is none', async () => {
    const { send, elbv2 } = await aWorld();
    const created = await send('POST', '/target-groups', {
      name: 'next',
      vpcId,
      attributes: { 'stickiness.enabled': 'true' },
    });
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'next', attributes: { 'stickiness.enabled': 'true' } },
    });
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({ Names: ['next'] }));
    expect(TargetGroups).toMatchObject([{ Protocol: 'GENEVE', Port: 6081 }]);
    expect(await send('POST', '/target-groups', { name: 'next', vpcId })).toEqual({
      status: 409,
      body: { error: 'target group next exists already' },
    });
    expect(await send('POST', '/target-groups', { vpcId, attributes: { colour: 'blue' } })).toEqual({
      status: 400,
      body: { error: "Target group attribute key 'colour' is not recognized" },
    });
  });

  it('are deleted', async () => {
    const { send, health } = await aWorld();
    expect((await send('DELETE', '/target-groups/edge')).status).toBe(204);
    await expect(health()).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    expect((await send('DELETE', '/target-groups/edge')).status).toBe(404);
  });

  it('are detached from their listener and attached again', async () => {
    const { send, health } = await aWorld();
    expect((await send('PUT', '/target-groups/edge/listener', { attached: false })).body).toMatchObject({
      inUse: false,
    });
    expect(await health()).toEqual(['Target.NotInUse']);
    await send('PUT', '/target-groups/edge/listener', { attached: true });
    expect(await health()).toEqual(['Elb.RegistrationInProgress']);
  });

  it('lose the health of their targets and find it again', async () => {
    const { send, health } = await aWorld();
    expect((await send('PUT', '/target-groups/edge/health', { available: false })).body).toMatchObject({
      healthAvailable: false,
      targets: [{ health: { state: 'unavailable', reason: 'Elb.InternalError' } }],
    });
    await send('PUT', '/target-groups/edge/health', { available: true });
    expect(await health()).toEqual(['healthy']);
  });

  it('get other tags in place of theirs', async () => {
    const { send, simulator } = await aWorld();
    await send('PUT', '/target-groups/edge/tags', { stage: 'test' });
    const { body } = await send('PUT', '/target-groups/edge/tags', { cluster: 'blue' });
    expect(body).toMatchObject({ tags: { cluster: 'blue' } });
    expect(simulator.targetGroups[0]?.tags).toEqual({ cluster: 'blue' });
  });

  it('get all of the attributes that are set, or none', async () => {
    const { send } = await aWorld();
    const attributes = async () => (await send('GET', '/target-groups/edge')).body;
    await send('PUT', '/target-groups/edge/attributes', { 'deregistration_delay.timeout_seconds': '20' });
    const set = { 'deregistration_delay.timeout_seconds': '20', 'stickiness.enabled': 'false' };
    expect(await attributes()).toMatchObject({ attributes: set });
    const refused = { 'deregistration_delay.timeout_seconds': '30', 'stickiness.enabled': 'perhaps' };
    expect((await send('PUT', '/target-groups/edge/attributes', refused)).status).toBe(400);
    expect(await attributes()).toMatchObject({ attributes: set });
  });

  it('register and deregister targets without an entry in the journal', async () => {
    const { send, simulator } = await aWorld();
    expect((await send('PUT', `/target-groups/edge/targets/${spare}`)).body).toMatchObject({
      targets: [{ id: instanceId }, { id: spare, health: { state: 'initial' } }],
    });
    expect((await send('DELETE', `/target-groups/edge/targets/${instanceId}`)).status).toBe(204);
    expect((await send('GET', '/target-groups/edge')).body).toMatchObject({
      targets: [{ id: instanceId, health: { state: 'draining' } }, { id: spare }],
    });
    expect(simulator.journal).toEqual([]);
    expect(await send('DELETE', '/target-groups/edge/targets/i-3')).toEqual({
      status: 404,
      body: { error: 'i-3 is not registered with edge' },
    });
    expect((await send('PUT', '/target-groups/edge/targets/i-3')).status).toBe(404);
  });

  it('of type ip take addresses', async () => {
    const { send } = await aWorld();
    await send('POST', '/target-groups', { name: 'addresses', vpcId, targetType: 'ip' });
    expect((await send('PUT', '/target-groups/addresses/targets/10.9.8.7')).body).toMatchObject({
      targets: [{ id: '10.9.8.7' }],
    });
  });
});

describe('traffic', () => {
  it('comes until it is stopped, and is accounted for', async () => {
    const { send, simulator } = await aWorld();
    const flows = async () => (await send('GET', '/target-groups/edge/flows')).body;
    expect(await flows()).toMatchObject({ opened: 0, targets: [], records: [] });
    expect(await send('POST', '/target-groups/edge/traffic', { ratePerSecond: 10, arrivals: 'even' })).toMatchObject({
      status: 201,
      body: { ratePerSecond: 10, seed: 1 },
    });
    await simulator.clock.advance(10_000);
    await send('PUT', `/instances/${instanceId}/state`, { state: 'stopped' });
    expect((await send('DELETE', '/target-groups/edge/traffic')).status).toBe(204);
    await simulator.clock.advance(600_000);
    const report = await flows();
    expect(report).toMatchObject({ opened: 100, active: 0, targets: [{ targetId: instanceId }] });
    expect(report).toMatchObject({
      records: expect.arrayContaining([expect.objectContaining({ outcome: 'cut' })]) as unknown,
    });
  });
});

describe('instances', () => {
  it('are created with a metadata service and an environment', async () => {
    const { send } = await aWorld();
    const { status, body } = await send('POST', '/instances', { vpcId, probe: 503 });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { instanceId: 'i-00000000000000003', state: 'running', probe: 503, ssmPing: 'Online' },
    });
    const { imdsEndpoint, environment } = body as { imdsEndpoint: string; environment: Record<string, string> };
    expect(environment.AWS_EC2_METADATA_SERVICE_ENDPOINT).toBe(imdsEndpoint);
    expect(await metadata(imdsEndpoint, 'instance-id')).toEqual([200, 'i-00000000000000003']);
    expect((await send('GET', '/instances/i-00000000000000003')).body).toEqual(body);
  });

  it('are not created when the id or the port is taken, or the options contradict each other', async () => {
    const { send, endpoint } = await aWorld();
    const refusal = async (options: object) => {
      const { status, body } = await send('POST', '/instances', { vpcId, probe: 'healthy', ...options });
      return [status, (body as { error?: string }).error];
    };
    expect(await refusal({ instanceId })).toEqual([409, 'instance i-1 exists already']);
    expect(await refusal({ probe: 'real' })).toEqual([409, expect.stringContaining('needs a probeAddress')]);
    expect(await refusal({ imdsPort: Number(new URL(endpoint).port) })).toEqual([
      409,
      expect.stringContaining('in use'),
    ]);
  });

  it('change their state, and their targets notice', async () => {
    const { send, health } = await aWorld({ autoScalingGroups: [] });
    expect((await send('PUT', `/instances/${instanceId}/state`, { state: 'stopped' })).body).toMatchObject({
      state: 'stopped',
    });
    expect(await health()).toEqual(['Target.InvalidState']);
  });

  it('answer health checks as they are told to', async () => {
    const { send, health, simulator } = await aWorld();
    expect((await send('PUT', `/instances/${instanceId}/probe`, { probe: 'timeout' })).body).toMatchObject({
      probe: 'timeout',
    });
    await simulator.clock.advance(30_000);
    expect(await health()).toEqual(['Target.Timeout']);
    expect(await send('PUT', `/instances/${instanceId}/probe`, { probe: 'real' })).toEqual({
      status: 409,
      body: { error: 'instance i-1 has no probe address' },
    });
  });

  it('serve metadata that they are given, until it is taken away', async () => {
    const { send, instances } = await aWorld();
    const { imdsEndpoint = '' } = instances[1] ?? {};
    const path = 'spot/instance-action';
    const { body } = await send('PUT', `/instances/${spare}/metadata?path=${path}`, { value: 'terminate' });
    expect(body).toMatchObject({ metadata: { [path]: 'terminate' } });
    expect(await metadata(imdsEndpoint, path)).toEqual([200, 'terminate']);
    expect((await send('DELETE', `/instances/${spare}/metadata?path=${path}`)).status).toBe(204);
    expect(await metadata(imdsEndpoint, path)).toEqual([404, '']);
    expect((await send('DELETE', `/instances/${spare}/metadata`)).status).toBe(400);
  });

  it('lose their tokens', async () => {
    const { send, instances } = await aWorld();
    const { imdsEndpoint = '' } = instances[0] ?? {};
    const issued = await token(imdsEndpoint);
    expect((await send('POST', `/instances/${instanceId}/tokens/revoke`)).status).toBe(204);
    expect(await metadata(imdsEndpoint, 'instance-id', issued)).toEqual([401, '']);
  });

  it('get new credentials', async () => {
    const { send, instances } = await aWorld();
    const { imdsEndpoint = '' } = instances[0] ?? {};
    const path = 'iam/security-credentials/drawbridge-appliance';
    const key = async () => /"AccessKeyId":"(\w+)"/.exec((await metadata(imdsEndpoint, path))[1])?.[1];
    const before = await key();
    expect((await send('POST', `/instances/${instanceId}/credentials/rotate`)).status).toBe(204);
    expect(await key()).toMatch(/^SIMULATED/);
    expect(await key()).not.toBe(before);
  });

  it('have an agent that can be cut off, or not be there', async () => {
    const { send } = await aWorld();
    const ping = async (state: string) => {
      const { body } = await send('PUT', `/instances/${instanceId}/ssm-agent`, { state });
      return (body as { ssmPing?: string }).ssmPing;
    };
    expect(await ping('offline')).toBe('ConnectionLost');
    expect(await ping('unmanaged')).toBeUndefined();
    expect(await ping('online')).toBe('Online');
  });
});

describe('Auto Scaling groups', () => {
  const hooks = [{ name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING' }];

  it('launch and scale in when they are told to', async () => {
    const { send } = await aWorld({ autoScalingGroups: [] });
    const created = await send('POST', '/auto-scaling-groups', { name: 'a/b', instances: [instanceId], hooks });
    expect(created).toMatchObject({ status: 201, body: { desiredCapacity: 1 } });
    expect((await send('POST', '/auto-scaling-groups/a%2Fb/launch', { instanceId: spare })).body).toMatchObject({
      desiredCapacity: 2,
      instances: [{ instanceId }, { instanceId: spare, lifecycleState: 'InService' }],
    });
    expect((await send('POST', '/auto-scaling-groups/a%2Fb/scale-in', {})).body).toMatchObject({
      desiredCapacity: 1,
      instances: [
        { instanceId, lifecycleState: 'Terminating:Wait', actions: [{ hook: 'drain' }] },
        { instanceId: spare },
      ],
    });
    const { body } = await send('GET', '/lifecycle-transitions');
    expect((body as { to: string }[]).map(({ to }) => to).at(-1)).toBe('Terminating:Wait');
    expect((await send('GET', '/auto-scaling-groups')).body).toMatchObject([{ name: 'a/b' }]);
  });

  it('refuse what they cannot do', async () => {
    const { send } = await aWorld({ autoScalingGroups: [{ name: 'fleet', instances: [instanceId], minSize: 1 }] });
    const launch = (id: string) => send('POST', '/auto-scaling-groups/fleet/launch', { instanceId: id });
    const scaleIn = (id: string) => send('POST', '/auto-scaling-groups/fleet/scale-in', { instanceId: id });
    expect(await launch(instanceId)).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('already') as string },
    });
    expect(await launch('i-3')).toEqual({ status: 404, body: { error: 'no instance i-3' } });
    expect((await scaleIn(instanceId)).status).toBe(409);
    expect((await scaleIn(spare)).status).toBe(409);
    expect((await send('POST', '/auto-scaling-groups', { name: 'fleet' })).status).toBe(409);
    expect((await send('POST', '/auto-scaling-groups', { name: 'f', instances: ['i-3'] })).status).toBe(409);
  });
});

describe('the network', () => {
  it('has subnets and route tables, whose routes lead nowhere when what they lead to is gone', async () => {
    const { send } = await aWorld();
    expect(await send('POST', '/subnets', { subnetId: 'subnet-1', vpcId, cidrBlock: '10.0.0.7/24' })).toMatchObject({
      status: 201,
      body: { cidrBlock: '10.0.0.0/24' },
    });
    const routes = [{ destinationCidrBlock: '0.0.0.0/0', networkInterfaceId: 'eni-1' }];
    const created = await send('POST', '/route-tables', { vpcId, subnetIds: ['subnet-1'], routes });
    expect(created).toMatchObject({ status: 201, body: { associations: [{ main: false, subnetId: 'subnet-1' }] } });
    await send('PUT', `/instances/${instanceId}/state`, { state: 'terminated' });
    expect((await send('GET', '/route-tables')).body).toMatchObject([
      {
        routes: [
          { destination: '10.0.0.0/16', targetKind: 'local' },
          { destination: '0.0.0.0/0', target: 'eni-1', targetKind: 'networkInterfaceId', state: 'blackhole' },
        ],
      },
    ]);
    expect((await send('GET', '/subnets')).body).toMatchObject([{ subnetId: 'subnet-1' }]);
  });

  it('refuses what contradicts what is there, or itself', async () => {
    const { send } = await aWorld({ subnets: [{ subnetId: 'subnet-1', vpcId }] });
    expect((await send('POST', '/subnets', { subnetId: 'subnet-1', vpcId })).status).toBe(409);
    expect((await send('POST', '/route-tables', { vpcId, subnetIds: ['subnet-2'] })).status).toBe(409);
    expect(await send('POST', '/route-tables', { vpcId, routes: [{ destinationCidrBlock: 'all' }] })).toMatchObject({
      status: 400,
      body: {
        error: expect.stringContaining(
          'routes.0.destinationCidrBlock: found "all", expected an IPv4 CIDR block',
        ) as string,
      },
    });
  });
});

describe('Run Command', () => {
  it('answers as the rules say, and what ran is told', async () => {
    const { send, ssm, simulator } = await aWorld();
    const rule = { match: 'drain', stdout: 'drained', seconds: 30 };
    expect(await send('POST', '/command-scripts', rule)).toMatchObject({ status: 201, body: { ...rule, exitCode: 0 } });
    const commands = ['drain now'];
    const sent = { DocumentName: 'AWS-RunShellScript', Parameters: { commands } };
    await ssm.send(new SendCommandCommand({ ...sent, InstanceIds: [instanceId, spare] }));
    await simulator.clock.advance(60_000);
    expect((await send('GET', '/command-runs')).body).toMatchObject([{ instanceId, script: 'drain now' }, {}]);
    expect((await send('GET', `/command-runs?instanceId=${spare}`)).body).toMatchObject([{ instanceId: spare }]);
    expect((await send('GET', '/command-runs?instanceId=i-3')).body).toEqual([]);
    expect((await send('DELETE', '/command-scripts')).status).toBe(204);
  });

  it.each([
    [{ match: { regex: '(' } }, 'match.regex: found "(", not a regular expression'],
    [{ match: 'x', exitCode: 194 }, 'exitCode: found 194, 194 asks for a reboot, which is not simulated'],
  ])('does not take %j for a rule', async (rule, error) => {
    const { send } = await aControl();
    expect(await send('POST', '/command-scripts', rule)).toEqual({ status: 400, body: { error } });
  });
});

describe('faults', () => {
  const rule = { kind: 'error', code: 'Throttling' };

  it('are added, listed and taken away, one or all', async () => {
    const { send, register } = await aWorld();
    expect(await send('POST', '/faults', rule)).toEqual({
      status: 201,
      body: { id: 'fault-1', rule: { ...rule, status: 400, message: 'Simulated fault' } },
    });
    await send('POST', '/faults', { kind: 'hang', action: 'Nothing' });
    await expect(register()).rejects.toMatchObject({ name: 'Throttling' });
    expect((await send('DELETE', '/faults/fault-1')).status).toBe(204);
    expect((await send('DELETE', '/faults/fault-1')).status).toBe(404);
    await register();
    expect((await send('GET', '/faults')).body).toMatchObject([{ id: 'fault-2', rule: { kind: 'hang' } }]);
    expect((await send('DELETE', '/faults')).status).toBe(204);
    expect((await send('GET', '/faults')).body).toEqual([]);
  });

  it('name every problem at once', async () => {
    const { send } = await aControl();
    expect(await send('POST', '/faults', { kind: 'latency', ms: -1, count: 0, colour: 'blue' })).toEqual({
      status: 400,
      body: {
        error:
          'count: found 0, expected number to be >=1\nms: found -1, expected number to be >=0\n' +
          'colour: is not a field that is known here',
      },
    });
    expect((await send('POST', '/faults', { kind: 'explode' })).body).toMatchObject({
      error: expect.stringContaining("kind: found \"explode\", expected 'error' | 'status'") as string,
    });
  });
});

describe('watching', () => {
  it('selects entries of the journal: the latest, or the first after one', async () => {
    const { send, register, health } = await aWorld();
    await register();
    for (let reads = 0; reads < 4; reads++) await health();
    const sequences = async (query: string) => {
      const { body } = await send('GET', `/journal?${query}`);
      return (body as { sequence: number }[]).map(({ sequence }) => sequence);
    };
    expect(await sequences('')).toEqual([1, 2, 3, 4, 5]);
    expect(await sequences('action=RegisterTargets')).toEqual([1]);
    expect(await sequences('service=ec2')).toEqual([]);
    expect(await sequences('instanceId=i-1')).toEqual([]);
    expect(await sequences('limit=2')).toEqual([4, 5]);
    expect(await sequences('after=2&limit=2')).toEqual([3, 4]);
    expect(await sequences('after=5')).toEqual([]);
  });

  it.each([
    ['limit=0', 'limit: found "0", expected 1 or more'],
    ['limit=ten', 'limit: found "ten", expected a whole number'],
    ['service=s3', 'service: found "s3", expected one of "elbv2"'],
    ['acton=RegisterTargets', 'acton: is not a field that is known here'],
    ['action=a&action=b', "action: found [ 'a', 'b' ], expected string"],
  ])('refuses a journal with %s', async (query, error) => {
    const { send } = await aControl();
    expect(await send('GET', `/journal?${query}`)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(error) as string },
    });
  });

  it('tells the changes of health, of all targets or of some', async () => {
    const { send, register, arn } = await aWorld({ targetGroups: [...world.targetGroups, { name: 'empty', vpcId }] });
    await register();
    const targets = async (query: string) => {
      const { body } = await send('GET', `/transitions?${query}`);
      return [...new Set((body as { targetId: string }[]).map(({ targetId }) => targetId))];
    };
    expect(await targets('')).toEqual([instanceId, spare]);
    expect(await targets(`targetId=${spare}`)).toEqual([spare]);
    expect(await targets('targetGroup=edge')).toEqual([instanceId, spare]);
    expect(await targets('targetGroup=empty')).toEqual([]);
    expect((await send('GET', '/transitions?targetGroup=absent')).status).toBe(404);
    expect((await send('GET', `/transitions?targetId=${spare}`)).body).toMatchObject([
      { targetGroupArn: arn, from: { reason: 'Target.NotRegistered' }, to: { reason: 'Elb.RegistrationInProgress' } },
    ]);
  });

  it('tells what is left in the token buckets', async () => {
    const { send, register } = await aWorld({ throttling: 'published' });
    await register();
    expect((await send('GET', '/throttling')).body).toEqual({ '123456789012/eu-central-1/elbv2Targets': 19 });
  });
});

describe('the control API', () => {
  it.each([
    ['GET', '/absent'],
    ['GET', '/'],
    ['PATCH', '/clock'],
    ['DELETE', '/instances'],
  ])('says where to look for what there is, when asked for %s %s', async (method, path) => {
    const { send } = await aControl();
    expect(await send(method, path)).toEqual({
      status: 404,
      body: { error: `no ${method} /_drawbridge${path}: GET /_drawbridge/openapi.json says what there is` },
    });
  });

  it('takes a body for JSON, whatever it is called and however it is sent', async () => {
    const { endpoint, simulator } = await aControl();
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked' };
      const sent = request(`${endpoint}/_drawbridge/clock/advance`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.write('{"seconds":');
      sent.end('60}');
    });
    expect(status).toBe(200);
    expect(simulator.clock.now()).toBe(Date.UTC(2026, 0, 1) + 60_000);
  });

  it('refuses a body that is nested deeper than anything could read', async () => {
    const { send } = await aControl();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await send('POST', '/clock/advance', deep)).status).toBe(400);
    expect((await send('POST', '/clock/advance', `{ "seconds": ${deep} }`)).status).toBe(400);
    expect((await send('POST', '/clock/advance', '{ "__proto__": { "seconds": 1 } }')).status).toBe(400);
  });

  it('keeps itself out of the journal', async () => {
    const { send, simulator } = await aControl();
    await send('GET', '/journal');
    expect(simulator.journal).toEqual([]);
  });
});

async function token(imdsEndpoint: string): Promise<string> {
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  return (await fetch(`${imdsEndpoint}/latest/api/token`, { method: 'PUT', headers })).text();
}

/** Status and text of what IMDS serves. */
async function metadata(imdsEndpoint: string, path: string, issued?: string): Promise<[number, string]> {
  const headers = { 'x-aws-ec2-metadata-token': issued ?? (await token(imdsEndpoint)) };
  const response = await fetch(`${imdsEndpoint}/latest/meta-data/${path}`, { headers });
  return [response.status, await response.text()];
}
