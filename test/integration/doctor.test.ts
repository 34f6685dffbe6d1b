import { createServer as createHttpServer } from 'node:http';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { iamActions } from '../../src/doctor/aws.js';
import { probeTemporal } from '../../src/doctor/probe-temporal.js';
import type { TemporalAccess } from '../../src/temporal/peer.js';
import { checkConnection } from '../../src/doctor/temporal-connection.js';
import { searchAttributes } from '../../src/domain/search-attributes.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { aRealInstance } from '../support/agent.js';
import { aSystemctl, doctor, doctorReport, goodUnit, troublesIn } from '../support/doctor.js';
import { freePort } from '../../src/demo/ports.js';
import { anOwnTemporal } from '../support/own-temporal.js';
import { anAuthority, temporalBehindTls } from '../support/tls.js';

const tags = { 'neuwerk:cluster': 'fw-prod' };
const instanceId = 'i-0123456789abcdef0';
const goodCheck = { protocol: 'HTTP', path: '/health', port: 8080 } as const;

/** A simulated AWS with one appliance that nobody runs on, and what a process on it has in its environment. */
async function anAws(onTestFinished: TestContext['onTestFinished']) {
  const simulator = await startSimulator({ throttling: 'off' });
  onTestFinished(() => simulator.close());
  const path = await aSystemctl(onTestFinished, goodUnit);
  await simulator.createInstance({ instanceId, vpcId: 'vpc-1', tags, probe: 'healthy' });
  const environment = (): Record<string, string> => ({
    ...simulator.environment(instanceId),
    PATH: `${path}:${process.env.PATH ?? ''}`,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
  });
  return { simulator, environment };
}

/** Listens on loopback until the test is over. @returns host and port */
async function listening(onTestFinished: TestContext['onTestFinished'], server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('drawbridge doctor', () => {
  it('finds nothing but the dev server where all is as it should be, and changes nothing (I6)', async ({
    onTestFinished,
  }) => {
    const temporal = await anOwnTemporal(onTestFinished);
    const attributes = Object.fromEntries(Object.values(searchAttributes).map((name) => [name, 2 as const]));
    const { operatorService } = temporal.client.connection;
    await operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: attributes });
    const instance = await aRealInstance({ onTestFinished, temporalAddress: temporal.address, drainSeconds: 60 });
    const [group] = instance.simulator.targetGroups;
    const port = new URL(instance.healthUrl).port;
    Object.assign(group?.healthCheck ?? {}, { port: Number(port) });
    for (const event of ['deregistration', 'unhealthy'])
      group?.attributes.set(`target_failover.on_${event}`, 'rebalance');
    group?.attributes.set('load_balancing.cross_zone.enabled', 'true');
    const metricsPort = String(await freePort());
    const agent = await instance.start('--metrics-port', metricsPort);
    await agent.said('in service');
    const { transitions } = instance.simulator;
    const [before, sent] = [transitions.length, instance.simulator.journal.length];

    const env = {
      ...instance.simulator.environment(instance.instanceId),
      TEMPORAL_ADDRESS: temporal.address,
      PATH: `${await aSystemctl(onTestFinished, goodUnit)}:${process.env.PATH ?? ''}`,
    };
    const args = ['--health-port', port, '--metrics-port', metricsPort];
    const report = await doctorReport(args, env);
    expect(troublesIn(report)).toEqual(['warn server']);
    expect(report.code).toBe(0);
    expect(report.lines.map(({ check }) => check)).toEqual([
      ...['instance metadata', 'tags in metadata', 'health endpoint', 'metrics'],
      ...['region', 'credentials', ...iamActions],
      ...['target group', 'protocol', 'VPC', 'listener', 'target', 'health check protocol', 'health check path'],
      ...['health check port', 'health check codes', 'time to healthy', 'time to unhealthy'],
      ...['deregistration delay', 'target failover', 'cross-zone'],
      ...['stop timeout', 'kill mode', 'kill signal', 'restart'],
      ...['address', 'TLS', 'namespace', 'search attributes', 'fleet queue', 'host queue', 'server'],
    ]);
    expect((await doctor([...args, '--strict'], env)).code).toBe(1);

    expect(instance.simulator.journal.slice(sent).flatMap(({ effect }) => effect ?? [])).toEqual([]);
    expect(transitions.slice(before)).toEqual([]);
    expect(instance.state()).toBe('healthy');
  });

  it('names everything that is wrong at once, and what mends it', async ({ onTestFinished }) => {
    const { simulator, environment } = await anAws(onTestFinished);
    const { arn } = simulator.createTargetGroup({
      name: 'fw',
      vpcId: 'vpc-2',
      inUse: false,
      healthCheck: {
        protocol: 'HTTPS',
        path: '/',
        port: 'traffic-port',
        intervalSeconds: 100,
        matcher: '500-599',
      },
    });
    for (const action of ['RegisterTargets', 'DeregisterTargets'])
      simulator.addFault({ kind: 'error', action, code: 'AccessDenied', status: 403, message: 'not authorized' });
    const bad = await aSystemctl(onTestFinished, {
      ...goodUnit,
      TimeoutStopUSec: '10s',
      KillMode: 'none',
      KillSignal: '1',
      Restart: 'no',
    });
    const somebody = createHttpServer((_, response) => response.end('hello'));
    const port = (await listening(onTestFinished, somebody)).split(':')[1] ?? '';
    const env = { ...environment(), TEMPORAL_NAMESPACE: 'nowhere', PATH: `${bad}:${process.env.PATH ?? ''}` };
    const args = ['--cluster', 'fw-test', '--target-group-arn', arn, '--health-port', port, '--metrics-port', '0'];

    const { code, stdout, stderr } = await doctor(args, env);
    expect([code, stderr]).toEqual([1, '']);
    const temporalPort = inject('temporalAddress').split(':')[1] ?? '';
    const said = stdout.replaceAll(port, 'HTTP').replaceAll(temporalPort, 'GRPC');
    expect(said).toMatchInlineSnapshot(`
      "machine
        ok    instance metadata: i-0123456789abcdef0 in eu-central-1a, vpc-1, 10.0.0.4
        warn  tags in metadata: --cluster is fw-test, but neuwerk:cluster is fw-prod:
              peers look for the tag
                aws ec2 create-tags --region eu-central-1 \\
                  --resources i-0123456789abcdef0 \\
                  --tags Key=neuwerk:cluster,Value=fw-test
        fail  health endpoint: port HTTP is somebody else's, who answers 200: an
              agent cannot start there
                sudo ss -ltnp 'sport = :HTTP'
        ok    metrics: none, as --metrics-port is 0

      AWS
        ok    region: eu-central-1
        ok    credentials:
              arn:aws:sts::123456789012:assumed-role/drawbridge-appliance/i-0123456789abcdef0
        ok    tag:GetResources: not needed: --target-group-arn is given
        ok    elasticloadbalancing:DescribeTargetGroups: allowed
        ok    elasticloadbalancing:DescribeTargetGroupAttributes: allowed
        ok    elasticloadbalancing:DescribeTargetHealth: allowed
        fail  elasticloadbalancing:RegisterTargets: denied: AccessDenied: not
              authorized
        fail  elasticloadbalancing:DeregisterTargets: denied: AccessDenied: not
              authorized
                aws iam put-role-policy --role-name drawbridge-appliance \\
                  --policy-name drawbridge-fw --policy-document \\
                  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["tag:GetResources","elasticloadbalancing:DescribeTargetGroups","elasticloadbalancing:DescribeTargetGroupAttributes","elasticloadbalancing:DescribeTargetHealth","ec2:DescribeInstances"],"Resource":"*"},{"Effect":"Allow","Action":["elasticloadbalancing:RegisterTargets","elasticloadbalancing:DeregisterTargets"],"Resource":"arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001"}]}'
        ok    ec2:DescribeInstances: allowed

      target group
        ok    target group:
              arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001
        ok    protocol: GENEVE
        fail  VPC: vpc-2, but the appliance is in vpc-1
                aws elbv2 describe-target-groups --region eu-central-1 \\
                  --query 'TargetGroups[?VpcId=='\\''vpc-1'\\''].TargetGroupArn'
        fail  listener: none forwards to the group: its targets stay unused, and no
              traffic comes
                aws elbv2 create-listener --region eu-central-1 \\
                  --load-balancer-arn '<load-balancer-arn>' --default-actions \\
                  Type=forward,TargetGroupArn=arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001
        ok    target: i-0123456789abcdef0 is not registered
        fail  health check protocol: HTTPS: the endpoint speaks HTTP, so the target
              never becomes healthy
        fail  health check path: /: the endpoint answers 404 there, expected /health
        fail  health check port: traffic-port, which is 6081 for GENEVE: the endpoint
              listens on HTTP
                aws elbv2 modify-target-group --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001 \\
                  --health-check-protocol HTTP --health-check-path /health \\
                  --health-check-port HTTP
        fail  health check codes: 500-599: 200 is not among them, so no target becomes
              healthy
                aws elbv2 modify-target-group --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001 \\
                  --matcher HttpCode=200-399
        fail  time to healthy: 5 checks of 100 s, 500 s after the registration: a
              startup gives up after 300 s
                printf '[Service]\\n%s\\n' Environment=DRAWBRIDGE_HEALTHY_WINDOW=1000 \\
                  | sudo install -Dm644 /dev/stdin \\
                  /etc/systemd/system/drawbridge.service.d/drawbridge_healthy_window.conf \\
                  && sudo systemctl daemon-reload
        warn  time to unhealthy: 2 checks of 100 s, 200 s: a crashed appliance gets
              flows for longer than a whole drain of 60 s
                aws elbv2 modify-target-group --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001 \\
                  --health-check-interval-seconds 10 --unhealthy-threshold-count 2
        warn  deregistration delay: the drain period of 60 s is shorter than the
              target group's deregistration delay of 300 s: existing flows may still
              be sent to this target after it left
                aws elbv2 modify-target-group-attributes --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001 \\
                  --attributes Key=deregistration_delay.timeout_seconds,Value=60
        warn  target failover: no_rebalance: flows of a target that left or failed go
              on to it until they are idle (TCP 350 s, others 120 s)
                aws elbv2 modify-target-group-attributes --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0000000000000001 \\
                  --attributes Key=target_failover.on_deregistration,Value=rebalance \\
                  Key=target_failover.on_unhealthy,Value=rebalance
        ok    cross-zone: as the load balancer has it, off by default; no zone depends
              on a single target

      systemd
        fail  stop timeout: 10 s, less than the drain period of 60 s and the stop:
              systemd cuts the drain
                printf '[Service]\\n%s\\n' TimeoutStopSec=1277 | sudo install -Dm644 \\
                  /dev/stdin \\
                  /etc/systemd/system/drawbridge.service.d/timeoutstopsec.conf && \\
                  sudo systemctl daemon-reload
        fail  kill mode: none: systemd does not tell the agent to go
                printf '[Service]\\n%s\\n' KillMode=mixed | sudo install -Dm644 \\
                  /dev/stdin /etc/systemd/system/drawbridge.service.d/killmode.conf \\
                  && sudo systemctl daemon-reload
        fail  kill signal: signal 1: the agent leaves on SIGTERM or SIGINT alone
                printf '[Service]\\n%s\\n' KillSignal=SIGTERM | sudo install -Dm644 \\
                  /dev/stdin \\
                  /etc/systemd/system/drawbridge.service.d/killsignal.conf && sudo \\
                  systemctl daemon-reload
        warn  restart: no: nobody answers the health check after a crash
                printf '[Service]\\n%s\\n' Restart=on-failure | sudo install -Dm644 \\
                  /dev/stdin /etc/systemd/system/drawbridge.service.d/restart.conf \\
                  && sudo systemctl daemon-reload

      Temporal
        ok    address: 127.0.0.1:GRPC answers, Temporal 1.31.2
        ok    TLS: off, and not needed on this machine
        fail  namespace: nowhere does not exist
                temporal operator namespace create --namespace nowhere \\
                  --retention 720h --address 127.0.0.1:GRPC
        warn  search attributes: not checked: there is no such namespace
        warn  fleet queue: not checked: there is no such namespace
        warn  host queue: not checked: there is no such namespace
        warn  server: a dev server, for one machine: it reads its queues 20 times a
              second unless told otherwise, which cannot be seen from here
                temporal server start-dev --port GRPC --db-filename '<file>' \\
                  --dynamic-config-value history.transferProcessorMaxPollRPS=1000 \\
                  --dynamic-config-value history.timerProcessorMaxPollRPS=1000

      15 ok, 9 warn, 14 fail
      "
    `);
    const report = await doctorReport(args, env);
    const fails = report.lines.filter(({ verdict }) => verdict === 'fail');
    expect(fails.filter(({ mend }) => mend === null)).toEqual([]);
  });

  it('names each action that is denied, and what it could not look at for that', async ({ onTestFinished }) => {
    const { simulator, environment } = await anAws(onTestFinished);
    const { arn } = simulator.createTargetGroup({ vpcId: 'vpc-1', tags, healthCheck: goodCheck });
    const fault = { kind: 'error', status: 403, message: 'not authorized' } as const;
    for (const service of ['elbv2', 'tagging'] as const)
      simulator.addFault({ ...fault, service, code: 'AccessDenied' });
    simulator.addFault({ ...fault, service: 'ec2', code: 'UnauthorizedOperation' });
    const without = troublesIn(await doctorReport([], environment()));
    expect(without).toContain('fail tag:GetResources');
    expect(without).toContain('fail ec2:DescribeInstances');
    expect(without).toContain('warn target group');

    const given = await doctorReport(['--target-group-arn', arn], environment());
    const verdict = (action: string) => given.lines.find(({ check }) => check === action)?.verdict;
    expect(iamActions.map((action) => [action, verdict(action)])).toEqual([
      ['tag:GetResources', 'ok'],
      ['elasticloadbalancing:DescribeTargetGroups', 'fail'],
      ['elasticloadbalancing:DescribeTargetGroupAttributes', 'fail'],
      ['elasticloadbalancing:DescribeTargetHealth', 'fail'],
      // Not tried in a group that may be anybody's.
      ['elasticloadbalancing:RegisterTargets', 'warn'],
      ['elasticloadbalancing:DeregisterTargets', 'warn'],
      ['ec2:DescribeInstances', 'fail'],
    ]);
    expect(simulator.requests('RegisterTargets')).toEqual([]);
  });

  it('says what did not answer in time, and hides nothing else for it', async ({ onTestFinished }) => {
    const { simulator, environment } = await anAws(onTestFinished);
    simulator.createTargetGroup({ vpcId: 'vpc-1', tags, healthCheck: goodCheck });
    simulator.addFault({ kind: 'hang', service: 'sts' });
    simulator.addFault({ kind: 'hang', action: 'DescribeTargetGroupAttributes' });
    const deaf = createServer(() => undefined);
    const env = { ...environment(), TEMPORAL_ADDRESS: await listening(onTestFinished, deaf) };
    // Without a bound to each question this would never end.
    const report = await doctorReport([], env);
    const troubles = troublesIn(report);
    for (const line of [
      'warn credentials',
      'warn elasticloadbalancing:DescribeTargetGroupAttributes',
      'warn attributes',
      'fail address',
    ])
      expect(troubles).toContain(line);
    expect(report.lines.find(({ check }) => check === 'health check port')?.verdict).toBe('ok');
  });

  it('looks from elsewhere at what can be seen from there', async ({ onTestFinished }) => {
    const { simulator, environment } = await anAws(onTestFinished);
    simulator.createTargetGroup({ vpcId: 'vpc-1', tags, healthCheck: goodCheck });
    // An operator's environment names no metadata service.
    const { PATH, TEMPORAL_ADDRESS } = environment();
    const env = { ...simulator.environment(), PATH, TEMPORAL_ADDRESS };
    const report = await doctorReport(['--cluster', 'fw-prod', '--instance', instanceId], env);
    expect(report.lines.filter(({ area }) => area === 'machine').map(({ why }) => why)).toEqual([
      'not on an EC2 instance: its metadata, its health endpoint and systemd there are not checked from here',
    ]);
    expect(report.lines.filter(({ area }) => area === 'systemd')).toEqual([]);
    expect(report.lines.find(({ check }) => check === 'credentials')?.why).toContain(
      ': yours, so the permissions below',
    );
    expect(troublesIn(report)).toContain('warn host queue');
    expect(report.code).toBe(0);
  });

  it.each([
    ['--instance', 'i-x', '--instance: found "i-x", expected an EC2 instance id such as i-0123456789abcdef0'],
    ['--drain', 'soon', '--drain: found "soon", expected seconds from 0 to 3600'],
  ])('refuses %s %s with exit code 2', async (flag, value, line) => {
    const { code, stdout, stderr } = await doctor([flag, value], {});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(line);
  });

  it.each([
    [[], '1277'],
    [['--drain', '0.5'], '1218'],
    [['--drain', 'deregistration-delay'], '4817'],
  ])('--stop-budget %s prints %s', async (args, seconds) => {
    expect(await doctor(['--stop-budget', ...args], {})).toEqual({ code: 0, stdout: `${seconds}\n`, stderr: '' });
  });
});

describe.concurrent('a server that is not reached as was asked for', () => {
  const look = async (access: TemporalAccess) => {
    const whose = { namespace: 'default', cluster: undefined, instanceId: undefined, region: undefined, here: false };
    const unit = { name: 'drawbridge.service', environmentFile: undefined };
    return checkConnection({ ...(await probeTemporal(access, whose)), unit }).map(
      ({ verdict, check, why }) => `${verdict} ${check}: ${why}`,
    );
  };

  it('speaks TLS, and we do not', async ({ onTestFinished }) => {
    const { server } = await anAuthority(onTestFinished);
    const address = await temporalBehindTls(onTestFinished, inject('temporalAddress'), server);
    expect((await look({ address })).at(1)).toBe('fail TLS: off, but the server speaks TLS');
  });

  it('does not speak TLS, and we do', async () => {
    const address = inject('temporalAddress');
    expect((await look({ address, tls: {} })).at(1)).toBe('fail TLS: on, but the server does not speak it');
  });

  it('has a certificate of a CA that this system does not know', async ({ onTestFinished }) => {
    const { server, ca } = await anAuthority(onTestFinished);
    const address = await temporalBehindTls(onTestFinished, inject('temporalAddress'), server);
    expect((await look({ address, tls: {} })).at(1)).toBe(
      "fail TLS: the server's certificate is not good by this system's CAs: UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    );
    const tls = { serverRootCACertificate: Buffer.from(ca) };
    expect((await look({ address, tls })).at(1)).toBe('ok TLS: on');
  });

  it('wants a client certificate', async ({ onTestFinished }) => {
    const { server, ca } = await anAuthority(onTestFinished);
    const mutual = { ...server, ca, requestCert: true };
    const address = await temporalBehindTls(onTestFinished, inject('temporalAddress'), mutual);
    expect((await look({ address, tls: { serverRootCACertificate: Buffer.from(ca) } })).at(1)).toBe(
      'fail TLS: on, but the server wants a client certificate',
    );
  });

  it('is not there', async ({ onTestFinished }) => {
    const server = createServer();
    const address = await listening(onTestFinished, server);
    await new Promise((resolve) => server.close(resolve));
    expect(await look({ address })).toEqual([
      `fail address: ${address} cannot be reached: connect ECONNREFUSED ${address}`,
      'warn TLS: not checked: the address cannot be reached',
    ]);
  });
});
