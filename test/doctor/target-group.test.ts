import { describe, expect, it } from 'vitest';
import type { HealthCheckSettings } from '../../src/aws/inspection.js';
import { checkAttributes } from '../../src/doctor/attributes.js';
import type { AttributeFacts } from '../../src/doctor/attributes.js';
import { checkHealthCheck } from '../../src/doctor/health-check.js';
import { checkTargetGroup } from '../../src/doctor/target-group.js';
import type { TargetGroupFacts } from '../../src/doctor/target-group.js';
import { selectTargetGroup } from '../../src/domain/target-group.js';
import { arn, group, groupFacts, healthCheck, lineOf, named, region, unit, verdicts } from './facts.js';

function refusalOf(...arns: string[]): { error: Error } {
  try {
    selectTargetGroup('fw-prod', arns);
  } catch (error) {
    return { error: error as Error };
  }
  throw new Error('selected, expected a refusal');
}

describe('the target group', () => {
  it('is well when a startup would take it, and a listener forwards to it', () => {
    expect(verdicts(checkTargetGroup(groupFacts()))).toEqual([
      'ok target group',
      'ok protocol',
      'ok VPC',
      'ok listener',
      'ok target',
    ]);
  });

  it.each<[string, string, Partial<TargetGroupFacts>, string, string | undefined]>([
    [
      'target group',
      'that nobody tagged',
      { selected: refusalOf() },
      'fail',
      "aws elbv2 add-tags --region eu-central-1 --resource-arns '<target-group-arn>' --tags Key=neuwerk:cluster,Value=fw-prod",
    ],
    [
      'target group',
      'that is one of several',
      { selected: refusalOf(arn, `${arn}0`) },
      'fail',
      `aws elbv2 remove-tags --region eu-central-1 --resource-arns ${arn} --tag-keys neuwerk:cluster`,
    ],
    [
      'target group',
      'of a cluster that nobody named',
      { cluster: undefined, selected: { error: new Error('the cluster is not known') } },
      'warn',
      "drawbridge doctor --cluster '<cluster>'",
    ],
    ['target group', 'that is silent', { group: { error: named('TimeoutError') } }, 'warn', undefined],
    [
      'target group',
      'that is not there',
      { group: { value: undefined } },
      'fail',
      'aws elbv2 describe-target-groups --region eu-central-1',
    ],
    [
      'protocol',
      'of another kind of load balancer',
      { group: { value: group({ protocol: 'TCP' }) } },
      'fail',
      "aws elbv2 create-target-group --region eu-central-1 --name '<name>' --protocol GENEVE --port 6081 --vpc-id vpc-0a1b2c3d " +
        '--health-check-protocol HTTP --health-check-path /health --health-check-port 8080',
    ],
    [
      'VPC',
      "other than the appliance's",
      { vpcId: 'vpc-2' },
      'fail',
      "aws elbv2 describe-target-groups --region eu-central-1 --query 'TargetGroups[?VpcId=='\\''vpc-2'\\''].TargetGroupArn'",
    ],
    ['VPC', 'seen from elsewhere', { vpcId: undefined }, 'ok', undefined],
    [
      'listener',
      'that there is none of',
      { group: { value: group({ loadBalancerArns: [] }) } },
      'fail',
      "aws elbv2 create-listener --region eu-central-1 --load-balancer-arn '<load-balancer-arn>' " +
        `--default-actions Type=forward,TargetGroupArn=${arn}`,
    ],
    ['target', 'that is not registered', { targets: { value: [] } }, 'ok', undefined],
    [
      'target',
      'that is unhealthy',
      {
        targets: {
          value: [
            {
              target: { id: 'i-0123456789abcdef0' },
              health: { state: 'unhealthy', reason: 'Target.FailedHealthChecks' },
            },
          ],
        },
        instanceId: 'i-0123456789abcdef0',
      },
      'warn',
      `aws elbv2 describe-target-health --region eu-central-1 --target-group-arn ${arn}`,
    ],
    ['target', 'that cannot be asked about', { targets: { error: named('AccessDenied') } }, 'warn', undefined],
  ])('%s %s', (check, _, changes, verdict, command) => {
    expect(lineOf(checkTargetGroup(groupFacts(changes)), check)).toMatchObject({ verdict, command });
  });

  it('that nobody could look for is named with what to say: the region, the cluster, or both', () => {
    const unasked = { selected: { error: new Error('no region is known') } };
    const lineWith = (changes: Partial<TargetGroupFacts>) =>
      lineOf(checkTargetGroup(groupFacts({ ...unasked, ...changes })), 'target group').command;
    expect(lineWith({ region: undefined })).toBe("drawbridge doctor --region '<region>'");
    expect(lineWith({ cluster: undefined })).toBe("drawbridge doctor --cluster '<cluster>'");
    expect(lineWith({})).toBeUndefined();
  });

  it('of addresses knows the target by its address', () => {
    const facts = groupFacts({
      group: { value: group({ targetType: 'ip' }) },
      instanceId: 'i-1',
      fleet: { value: [{ instanceId: 'i-1', privateIp: '10.0.0.4', zone: undefined }] },
      targets: { value: [{ target: { id: '10.0.0.4' }, health: { state: 'unhealthy' } }] },
    });
    expect(lineOf(checkTargetGroup(facts), 'target').why).toBe('unhealthy');
  });
});

describe('the health check', () => {
  const check = (changes: Partial<HealthCheckSettings>, healthyWindow?: number, portIsKnown = true) =>
    checkHealthCheck(group({ healthCheck: healthCheck(changes) }), {
      region,
      unit,
      healthPort: 8080,
      portIsKnown,
      healthyWindow,
      drain: undefined,
    });
  const modify = `aws elbv2 modify-target-group --region eu-central-1 --target-group-arn ${arn}`;
  const ours = `${modify} --health-check-protocol HTTP --health-check-path /health --health-check-port 8080`;

  it('is well when it asks our endpoint', () => {
    expect(check({}).every(({ verdict }) => verdict === 'ok')).toBe(true);
  });

  it.each<[string, string, Partial<HealthCheckSettings>, string, string]>([
    ['health check protocol', 'TCP, which sees no 503', { protocol: 'TCP' }, 'warn', ours],
    ['health check protocol', 'HTTPS, which we do not speak', { protocol: 'HTTPS' }, 'fail', ours],
    ['health check path', 'AWS has by default', { path: '/' }, 'fail', ours],
    ['health check path', 'of the other endpoint', { path: '/ready' }, 'fail', ours],
    ['health check port', 'of GENEVE', { port: 'traffic-port' }, 'fail', ours],
    ['health check port', 'AWS has by default', { port: '80' }, 'fail', ours],
    ['health check codes', 'without 200', { matcher: '204,301-302' }, 'fail', `${modify} --matcher HttpCode=200-399`],
    ['health check codes', 'with 503', { matcher: '200,500-599' }, 'fail', `${modify} --matcher HttpCode=200-399`],
    [
      'time to healthy',
      'that no startup waits for',
      { intervalSeconds: 60 },
      'fail',
      "printf '[Service]\\n%s\\n' Environment=DRAWBRIDGE_HEALTHY_WINDOW=600 | sudo install -Dm644 /dev/stdin /etc/systemd/system/drawbridge.service.d/drawbridge_healthy_window.conf && sudo systemctl daemon-reload",
    ],
    [
      'time to unhealthy',
      'longer than a drain',
      { intervalSeconds: 31 },
      'warn',
      `${modify} --health-check-interval-seconds 10 --unhealthy-threshold-count 2`,
    ],
  ])('%s %s', (name, _, changes, verdict, command) => {
    expect(lineOf(check(changes), name)).toMatchObject({ verdict, command });
  });

  it('may ask with a query, and may take its time where nobody waits', () => {
    expect(lineOf(check({ path: '/health?from=gwlb' }), 'health check path').verdict).toBe('ok');
    expect(lineOf(check({ intervalSeconds: 60 }, 0), 'time to healthy').verdict).toBe('ok');
  });

  it('on another port is only a warning where the port of the agent there is not known, and nothing to paste', () => {
    const line = lineOf(check({ port: '28082' }, undefined, false), 'health check port');
    expect(line).toMatchObject({ verdict: 'warn', command: "drawbridge doctor --health-port '<port>'" });
    expect(lineOf(check({ path: '/' }, undefined, false), 'health check path').command).toMatch(/port '<port>'$/);
  });

  it('says what traffic-port means', () => {
    expect(lineOf(check({ port: 'traffic-port' }), 'health check port').why).toBe(
      'traffic-port, which is 6081 for GENEVE: the endpoint listens on 8080',
    );
  });
});

describe('the attributes', () => {
  const rebalance = { 'target_failover.on_deregistration': 'rebalance', 'target_failover.on_unhealthy': 'rebalance' };
  const delay = (seconds: number) => ({ 'deregistration_delay.timeout_seconds': String(seconds) });
  const two = [
    { instanceId: 'i-1', privateIp: '10.0.0.1', zone: 'eu-central-1a' },
    { instanceId: 'i-2', privateIp: '10.0.0.2', zone: 'eu-central-1b' },
  ];
  const healthy = (id: string) => ({ target: { id }, health: { state: 'healthy' as const } });
  const facts = (attributes: Record<string, string>, changes: Partial<AttributeFacts> = {}): AttributeFacts => ({
    region,
    drain: undefined,
    attributes: { value: attributes },
    targets: { value: [] },
    fleet: { value: two },
    ...changes,
  });
  const modify = `aws elbv2 modify-target-group-attributes --region eu-central-1 --target-group-arn ${arn} --attributes`;

  it('are well when the drain fits, flows are moved, and no zone depends on one target', () => {
    const lines = checkAttributes(group(), facts({ ...delay(60), ...rebalance }));
    expect(verdicts(lines)).toEqual(['ok deregistration delay', 'ok target failover', 'ok cross-zone']);
  });

  it.each<[string, Record<string, string>, AttributeFacts['drain'], string, string | undefined]>([
    ['longer than the drain', delay(300), undefined, 'warn', `Key=deregistration_delay.timeout_seconds,Value=60`],
    ['shorter than the drain', delay(30), 60, 'warn', `Key=deregistration_delay.timeout_seconds,Value=60`],
    ['as long as the drain', delay(90), 90, 'ok', undefined],
    ['that is the drain', delay(300), 'deregistration-delay', 'ok', undefined],
    ['that is not said', {}, undefined, 'warn', `Key=deregistration_delay.timeout_seconds,Value=60`],
  ])('with a delay %s', (_, attributes, drain, verdict, setting) => {
    const line = lineOf(checkAttributes(group(), facts(attributes, { drain })), 'deregistration delay');
    expect([line.verdict, line.command]).toEqual([verdict, setting && `${modify} ${setting}`]);
  });

  it('without failover name both attributes, as AWS wants them equal', () => {
    expect(lineOf(checkAttributes(group(), facts(delay(60))), 'target failover')).toMatchObject({
      verdict: 'warn',
      command:
        `${modify} Key=target_failover.on_deregistration,Value=rebalance ` +
        'Key=target_failover.on_unhealthy,Value=rebalance',
    });
  });

  it('without cross-zone warn of the zones with one healthy target, by id or address', () => {
    const targets = { value: [healthy('i-1'), healthy('10.0.0.2')] };
    const { verdict, why, command } = lineOf(checkAttributes(group(), facts({}, { targets })), 'cross-zone');
    expect(verdict).toBe('warn');
    expect(why).toContain('one healthy target in eu-central-1a, eu-central-1b');
    expect(command).toMatch(
      /^aws elbv2 modify-load-balancer-attributes .* --attributes Key=load_balancing.cross_zone.enabled,Value=true$/,
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['on', { 'load_balancing.cross_zone.enabled': 'true' }, 'ok'],
    ['off', { 'load_balancing.cross_zone.enabled': 'false' }, 'warn'],
  ])('with cross-zone %s', (_, attributes, verdict) => {
    const targets = { value: [healthy('i-1')] };
    expect(lineOf(checkAttributes(group(), facts(attributes, { targets })), 'cross-zone').verdict).toBe(verdict);
  });

  it.each<[string, Partial<AttributeFacts>, string[]]>([
    ['the attributes', { attributes: { error: named('AccessDenied') } }, ['warn attributes']],
    [
      'the targets',
      { targets: { error: named('AccessDenied') } },
      ['ok deregistration delay', 'ok target failover', 'warn cross-zone'],
    ],
    [
      'the instances',
      { fleet: { error: named('AccessDenied') } },
      ['ok deregistration delay', 'ok target failover', 'warn cross-zone'],
    ],
  ])('where %s may not be seen say so, and hide nothing else', (_, changes, expected) => {
    expect(verdicts(checkAttributes(group(), facts({ ...delay(60), ...rebalance }, changes)))).toEqual(expected);
  });
});
