import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkEndpoint } from '../../src/doctor/endpoint.js';
import type { EndpointFacts } from '../../src/doctor/endpoint.js';
import { checkMetrics } from '../../src/doctor/metrics.js';
import { probeEndpoint } from '../../src/doctor/probe-machine.js';
import type { MetricsFacts } from '../../src/doctor/metrics.js';
import { checkMachine, isAppliance } from '../../src/doctor/machine.js';
import type { MachineFacts } from '../../src/doctor/machine.js';
import { anInstance } from '../support/fake-host.js';
import { lineOf, machineFacts, unit, verdicts } from './facts.js';

const { instanceId } = anInstance();
const silent = { error: new Error('no answer') };

describe('the machine', () => {
  it('is well where the metadata says who it is, and which cluster', () => {
    expect(verdicts(checkMachine(machineFacts()))).toEqual(['ok instance metadata', 'ok tags in metadata']);
  });

  it.each<[string, Partial<MachineFacts>, boolean]>([
    ['nobody asked about another', {}, true],
    ['it is the one that was asked about', { asked: instanceId }, true],
    ['another one was asked about', { asked: 'i-0aaaaaaaaaaaaaaaa' }, false],
    ['it is no EC2 instance', { identity: silent }, false],
    ['it is an EC2 instance without metadata', { identity: silent, expected: { isEc2: true } }, true],
    [
      'it is an EC2 instance without metadata, and the other one',
      { identity: silent, expected: { isEc2: true, instanceId }, asked: 'i-0aaaaaaaaaaaaaaaa' },
      false,
    ],
  ])('is the appliance, or not, where %s', (_, changes, expected) => {
    expect(isAppliance(machineFacts(changes))).toBe(expected);
  });

  it('that is no appliance is one line', () => {
    const facts = machineFacts({ identity: silent });
    expect(verdicts(checkMachine(facts))).toEqual(['warn machine']);
    expect(lineOf(checkMachine(facts), 'machine').why).toMatch(/^not on an EC2 instance: /);
  });

  it('without metadata fails, and the command names the instance that its firmware names', () => {
    const lines = checkMachine(machineFacts({ identity: silent, expected: { isEc2: true, instanceId } }));
    expect(verdicts(lines)).toEqual(['fail instance metadata', 'warn tags in metadata']);
    expect(lineOf(lines, 'instance metadata').command).toBe(
      `aws ec2 modify-instance-metadata-options --instance-id ${instanceId} ` +
        '--http-endpoint enabled --http-tokens required --http-put-response-hop-limit 2',
    );
  });

  it.each<[string, Partial<MachineFacts>, string, string | undefined]>([
    [
      'offers no tags',
      { tagKeys: { value: undefined }, clusterTag: { value: undefined } },
      'fail',
      `aws ec2 modify-instance-metadata-options --region eu-central-1 --instance-id ${instanceId} --instance-metadata-tags enabled`,
    ],
    [
      'offers tags without that of the cluster',
      { tagKeys: { value: ['Name'] }, clusterTag: { value: undefined } },
      'fail',
      `aws ec2 create-tags --region eu-central-1 --resources ${instanceId} --tags 'Key=neuwerk:cluster,Value=<cluster>'`,
    ],
    [
      'offers no tags, and a flag says which cluster',
      { tagKeys: { value: undefined }, clusterTag: { value: undefined }, givenCluster: 'fw' },
      'ok',
      undefined,
    ],
    [
      'is tagged with another cluster than the flag says',
      { givenCluster: 'fw-test' },
      'warn',
      `aws ec2 create-tags --region eu-central-1 --resources ${instanceId} --tags Key=neuwerk:cluster,Value=fw-test`,
    ],
  ])('that %s', (_, changes, verdict, command) => {
    expect(lineOf(checkMachine(machineFacts(changes)), 'tags in metadata')).toMatchObject({ verdict, command });
  });
});

describe('the health endpoint on this machine', () => {
  const facts = (changes: Partial<EndpointFacts>): EndpointFacts => ({
    host: '0.0.0.0',
    port: 8080,
    unit,
    answer: { value: { status: 200, isOurs: true } },
    ...changes,
  });
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

  it.each<[string, Partial<EndpointFacts>, string, string | undefined]>([
    ['answers 200', {}, 'ok', undefined],
    ['answers 503', { answer: { value: { status: 503, isOurs: true } } }, 'warn', undefined],
    ['is not there', { answer: { error: refused } }, 'warn', 'sudo systemctl start drawbridge.service'],
    ['is silent', { answer: { error: new Error('no answer within 5 s') } }, 'warn', undefined],
    [
      "is somebody else's",
      { answer: { value: { status: 200, isOurs: false } } },
      'fail',
      "sudo ss -ltnp 'sport = :8080'",
    ],
    [
      'is bound to loopback',
      { host: '127.0.0.1' },
      'fail',
      "printf '[Service]\\n%s\\n' Environment=DRAWBRIDGE_HEALTH_HOST=0.0.0.0 | sudo install -Dm644 /dev/stdin /etc/systemd/system/drawbridge.service.d/drawbridge_health_host.conf && sudo systemctl daemon-reload",
    ],
  ])('that %s', (_, changes, verdict, command) => {
    const { mend, ...line } = checkEndpoint(facts(changes));
    expect([line.verdict, mend?.join(' ')]).toEqual([verdict, command]);
  });
});

describe('the metrics of this machine', () => {
  const where = { host: '127.0.0.1', port: 9464, unit };
  const refused = { error: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) };
  const page = (isOurs: boolean) => ({ value: { status: 200, isOurs } });

  it.each<[string, Pick<MetricsFacts, 'answer' | 'agentRuns'>, string, string | undefined]>([
    ['are there', { answer: page(true), agentRuns: true }, 'ok', undefined],
    ['are switched off', { answer: undefined, agentRuns: true }, 'ok', undefined],
    ['have a free port, and no agent runs', { answer: refused, agentRuns: false }, 'ok', undefined],
    [
      'are not there, though an agent runs',
      { answer: refused, agentRuns: true },
      'warn',
      'sudo systemctl restart drawbridge.service',
    ],
    [
      "have somebody else's port",
      { answer: page(false), agentRuns: true },
      'warn',
      "printf '[Service]\\n%s\\n' 'Environment=DRAWBRIDGE_METRICS_PORT=<port>' | sudo install -Dm644 /dev/stdin /etc/systemd/system/drawbridge.service.d/drawbridge_metrics_port.conf && sudo systemctl daemon-reload",
    ],
    ['are silent', { answer: { error: new Error('no answer within 5 s') }, agentRuns: true }, 'warn', undefined],
  ])('that %s', (_, facts, verdict, mend) => {
    const line = checkMetrics({ ...where, ...facts });
    expect([line.verdict, line.mend?.join(' ')]).toEqual([verdict, mend]);
  });
});

describe('the metrics page at the port', () => {
  const servedAs = async (answer: string): Promise<number> => {
    const server = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const builtAs = (role: string) =>
    `# TYPE drawbridge_build_info gauge\ndrawbridge_build_info{node="v20",role="${role}",version="0.1.0"} 1\n`;

  it.each([
    ["is ours where an agent's", builtAs('agent'), true],
    ["is somebody else's where a fleet worker's: the agent beside it goes without", builtAs('worker'), false],
    ["is somebody else's where another program's", 'node_cpu_seconds_total{cpu="0"} 1\n', false],
    ["is somebody else's where it only quotes ours", `# ${builtAs('agent').replaceAll('\n', ' ')}\n`, false],
  ])('%s', async (_what, answer, isOurs) => {
    const port = await servedAs(answer);
    expect(await probeEndpoint('/metrics', { host: '0.0.0.0', port })).toEqual({ value: { status: 200, isOurs } });
  });

  it('is named with brackets where its address is of IPv6', () => {
    const where = { host: '::1', port: 9464, unit, agentRuns: true };
    expect(checkMetrics({ ...where, answer: { value: { status: 200, isOurs: true } } }).why).toContain('[::1]:9464');
  });
});
