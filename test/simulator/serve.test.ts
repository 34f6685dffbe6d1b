import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServeOptions } from '../../src/simulator/serve.js';
import { serveSimulator } from '../../src/simulator/serve.js';
import { ManualClock } from '../../src/simulator/simulator.js';

const first = 'i-00000000000000001';

async function aServedSimulator(options: Partial<ServeOptions> = {}) {
  const instances = [{ probePort: 9 }, { probePort: 10 }];
  const served = await serveSimulator({ cluster: 'blue', instances, clock: new ManualClock(), ...options });
  onTestFinished(() => served.close());
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${served.controlEndpoint}${path}`, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const elbv2 = new ElasticLoadBalancingV2Client({
    endpoint: served.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'SIMULATEDOPERATOR', secretAccessKey: 'simulated' },
    maxAttempts: 1,
  });
  const register = () =>
    elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: served.targetGroupArn, Targets: [{ Id: first }] }));
  return { ...served, control, elbv2, register };
}

describe('a served simulator', () => {
  it('has the described world: one GENEVE group and the instances of the cluster', async () => {
    const { simulator, elbv2, instances } = await aServedSimulator({ deregistrationDelaySeconds: 20 });
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups).toMatchObject([
      { Protocol: 'GENEVE', HealthCheckProtocol: 'HTTP', HealthCheckPath: '/health' },
    ]);
    expect(instances).toHaveLength(2);
    expect(simulator.instances.map(({ tags }) => tags)).toEqual([
      { 'neuwerk:cluster': 'blue' },
      { 'neuwerk:cluster': 'blue' },
    ]);
    expect(simulator.targetGroups[0]?.attributes.get('deregistration_delay.timeout_seconds')).toBe('20');
  });

  it('says what to print, with lines that a shell can take', async () => {
    const { lines, endpoint, instances } = await aServedSimulator();
    expect(lines).toContain(`export AWS_ENDPOINT_URL=${endpoint}`);
    for (const { imdsEndpoint } of instances) {
      expect(lines).toContain(`export AWS_EC2_METADATA_SERVICE_ENDPOINT=${imdsEndpoint}`);
    }
  });

  it('binds loopback, and advertises the name that it is told', async () => {
    expect((await aServedSimulator()).endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await aServedSimulator({ advertisedHost: 'simulator' })).endpoint).toMatch(/^http:\/\/simulator:\d+$/);
    expect((await aServedSimulator({ host: '0.0.0.0' })).endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('leaves nothing listening when it cannot start', async () => {
    const { endpoint } = await aServedSimulator();
    const port = Number(new URL(endpoint).port);
    await expect(aServedSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const instances = [{ probePort: 9, imdsPort: port }];
    await expect(aServedSimulator({ instances })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the control surface', () => {
  it('shows targets, instances and the journal', async () => {
    const { control, register, targetGroupArn } = await aServedSimulator();
    await register();
    expect((await control('GET', '/targets')).body).toEqual([
      {
        targetGroupArn,
        name: 'blue-appliances',
        targets: [{ id: first, port: 6081, health: expect.objectContaining({ state: 'initial' }) as unknown }],
      },
    ]);
    expect((await control('GET', '/instances')).body).toMatchObject([{ instanceId: first, state: 'running' }, {}]);
    expect((await control('GET', '/journal')).body).toMatchObject([{ action: 'RegisterTargets' }]);
    expect((await control('GET', '/journal?action=DeregisterTargets')).body).toEqual([]);
  });

  it('stops an instance', async () => {
    const { control, register, simulator, targetGroupArn } = await aServedSimulator();
    await register();
    expect(await control('POST', `/instances/${first}/state`, { state: 'stopped' })).toEqual({
      status: 200,
      body: { state: 'stopped' },
    });
    expect(simulator.targetHealth(targetGroupArn, first).reason).toBe('Target.InvalidState');
  });

  it('scripts the probes of an instance', async () => {
    const { control, simulator } = await aServedSimulator();
    expect((await control('POST', `/instances/${first}/probe`, { probe: 'healthy' })).status).toBe(200);
    expect(simulator.instances[0]?.probe).toBe('healthy');
  });

  it('adds faults and clears them', async () => {
    const { control, register } = await aServedSimulator();
    expect((await control('POST', '/faults', { kind: 'error', code: 'Throttling' })).status).toBe(201);
    await expect(register()).rejects.toMatchObject({ name: 'Throttling' });
    expect((await control('DELETE', '/faults')).status).toBe(204);
    await register();
  });

  it.each([
    ['a state that is none', 'POST', `/instances/${first}/state`, { state: 'tired' }, 400, 'state'],
    ['a body that is not JSON', 'POST', `/instances/${first}/state`, 'state=stopped', 400, 'not JSON'],
    [
      'an instance that is not there',
      'POST',
      '/instances/i-absent/state',
      { state: 'stopped' },
      404,
      'no instance i-absent',
    ],
    ['a fault that is none', 'POST', '/faults', { kind: 'explode' }, 400, 'kind'],
    ['a fault with a word too many', 'POST', '/faults', { kind: 'hang', colour: 'blue' }, 400, 'colour'],
    ['a body that is too large', 'POST', '/faults', { kind: 'x'.repeat(70_000) }, 413, 'too large'],
    ['a path that is none', 'GET', '/absent', undefined, 404, 'no GET /_drawbridge/absent'],
  ])('refuses %s, and says why', async (_what, method, path, body, status, why) => {
    const { control } = await aServedSimulator();
    const answer = await control(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: expect.stringContaining(why) as string });
  });
});
