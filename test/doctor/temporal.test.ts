import { describe, expect, it } from 'vitest';
import type { Peer } from '../../src/temporal/peer.js';
import { checkTemporal } from '../../src/doctor/temporal.js';
import type { TemporalFacts } from '../../src/doctor/temporal.js';
import { anInstance } from '../support/fake-host.js';
import { lineOf, temporalFacts, unit, verdicts } from './facts.js';

const there: Peer = { unreachable: undefined, speaksTls: false, distrust: undefined, refusal: undefined };
const unanswered = { error: new Error('Failed to connect before the deadline') };

describe('Temporal', () => {
  it('is well when it can be reached, holds the namespace, and somebody polls', () => {
    expect(verdicts(checkTemporal(temporalFacts()))).toEqual([
      'ok address',
      'ok TLS',
      'ok namespace',
      'ok search attributes',
      'ok fleet queue',
      'ok host queue',
      'ok server',
    ]);
  });

  it('without the namespace does not check what would be in it, and says so', () => {
    const lines = checkTemporal(temporalFacts({ retentionHours: { value: undefined } }));
    expect(verdicts(lines)).toEqual([
      ...['ok address', 'ok TLS', 'fail namespace'],
      ...['warn search attributes', 'warn fleet queue', 'warn host queue', 'ok server'],
    ]);
    expect(lineOf(lines, 'fleet queue').why).toBe('not checked: there is no such namespace');
    expect(lineOf(lines, 'namespace').command).toBe(
      'temporal operator namespace create --namespace fw --retention 720h --address 127.0.0.1:7233',
    );
  });

  it.each<[string, string, Partial<TemporalFacts>, string, string | undefined]>([
    [
      'namespace',
      'that we may not see',
      { retentionHours: { error: new Error('7 PERMISSION_DENIED: no') } },
      'fail',
      undefined,
    ],
    [
      'namespace',
      'that is silent',
      { retentionHours: { error: new Error('no answer within 5 s') } },
      'warn',
      undefined,
    ],
    ['search attributes', 'that are absent', { attributes: { value: {} } }, 'warn', 'drawbridge setup'],
    [
      'search attributes',
      'of another kind',
      { attributes: { value: { DrawbridgePhase: 'Text' } } },
      'warn',
      'temporal operator search-attribute remove --name DrawbridgePhase --namespace fw --address 127.0.0.1:7233 --yes && drawbridge setup',
    ],
    [
      'search attributes',
      'that we may not see',
      { attributes: { error: new Error('7 PERMISSION_DENIED: no') } },
      'warn',
      undefined,
    ],
    [
      'fleet queue',
      'that nobody polls',
      { fleetPollers: { value: 0 } },
      'warn',
      'drawbridge worker --cluster fw-prod --region eu-central-1',
    ],
    ['fleet queue', 'of no known cluster', { cluster: undefined }, 'warn', "drawbridge doctor --cluster '<cluster>'"],
    [
      'host queue',
      'that nobody polls',
      { hostPollers: { value: 0 } },
      'warn',
      'sudo systemctl start drawbridge.service',
    ],
    [
      'server',
      'that is a dev server',
      { storage: { value: { kind: 'sqlite', shards: 1 } } },
      'warn',
      "temporal server start-dev --port 7233 --db-filename '<file>' " +
        '--dynamic-config-value history.transferProcessorMaxPollRPS=1000 ' +
        '--dynamic-config-value history.timerProcessorMaxPollRPS=1000',
    ],
    ['server', 'that does not tell', { storage: { error: new Error('12 UNIMPLEMENTED') } }, 'ok', undefined],
  ])('%s %s', (check, _, changes, verdict, command) => {
    expect(lineOf(checkTemporal(temporalFacts(changes)), check)).toMatchObject({ verdict, command });
  });

  it('names the search attributes that are missing among others', () => {
    const { why } = lineOf(
      checkTemporal(
        temporalFacts({ attributes: { value: { DrawbridgeCluster: 'Keyword', DrawbridgePhase: 'Keyword' } } }),
      ),
      'search attributes',
    );
    expect(why).toContain('without DrawbridgeInstance, DrawbridgeOutcome');
  });

  it.each<[string, Partial<TemporalFacts>, string[], string | undefined]>([
    [
      'nobody at the address',
      { peer: { ...there, unreachable: new Error('connect ECONNREFUSED') } },
      ['fail address', 'warn TLS'],
      undefined,
    ],
    [
      'TLS where we do not speak it',
      { peer: { ...there, speaksTls: true } },
      ['fail address', 'fail TLS'],
      'export TEMPORAL_TLS=true',
    ],
    ['no TLS where we do', { tls: 'on', peer: there }, ['fail address', 'fail TLS'], 'export TEMPORAL_TLS=false'],
    [
      'a certificate that nobody vouches for',
      { tls: 'on', peer: { ...there, speaksTls: true, distrust: 'self-signed certificate' } },
      ['fail address', 'fail TLS'],
      "export 'TEMPORAL_TLS_SERVER_CA_CERT_PATH=<ca.pem>'",
    ],
    [
      'a wish for a client certificate',
      { tls: 'on', peer: { ...there, speaksTls: true, refusal: 'alert certificate required' } },
      ['fail address', 'fail TLS'],
      "export 'TEMPORAL_TLS_CLIENT_CERT_PATH=<client.pem>' 'TEMPORAL_TLS_CLIENT_KEY_PATH=<client.key>'",
    ],
    ['something else without TLS', { peer: there }, ['fail address', 'ok TLS'], undefined],
    [
      'a wish for another client certificate',
      { tls: 'mutual', peer: { ...there, speaksTls: true, refusal: 'alert bad certificate' } },
      ['fail address', 'fail TLS'],
      undefined,
    ],
    [
      'something else with mutual TLS',
      { tls: 'mutual', peer: { ...there, speaksTls: true } },
      ['fail address', 'ok TLS'],
      undefined,
    ],
  ])('that does not answer, with %s', (_, changes, expected, command) => {
    const lines = checkTemporal(temporalFacts({ here: false, connected: unanswered, ...changes }));
    expect(verdicts(lines)).toEqual([
      ...expected,
      ...['warn namespace', 'warn search attributes', 'warn fleet queue', 'warn host queue', 'warn server'],
    ]);
    expect(lineOf(lines, 'TLS').command).toBe(command);
  });

  it("is told to the agent's unit where this is the appliance, by a file of its environment where it has one", () => {
    const wanted = { tls: 'on', peer: { ...there, speaksTls: true, refusal: 'alert certificate required' } } as const;
    const mend = (environmentFile: string | undefined) =>
      lineOf(
        checkTemporal(temporalFacts({ connected: unanswered, ...wanted, unit: { ...unit, environmentFile } })),
        'TLS',
      ).command;
    expect(mend('/etc/drawbridge/agent.env')).toBe(
      String.raw`printf '%s\n' 'TEMPORAL_TLS_CLIENT_CERT_PATH=<client.pem>' | sudo tee -a /etc/drawbridge/agent.env && ` +
        String.raw`printf '%s\n' 'TEMPORAL_TLS_CLIENT_KEY_PATH=<client.key>' | sudo tee -a /etc/drawbridge/agent.env`,
    );
    expect(mend(undefined)).toContain("'Environment=TEMPORAL_TLS_CLIENT_KEY_PATH=<client.key>' | sudo install");
  });

  it('where nobody polls a host queue elsewhere, has the agent started there', () => {
    const lines = checkTemporal(temporalFacts({ here: false, hostPollers: { value: 0 } }));
    expect(lineOf(lines, 'host queue').command).toBe(
      `aws ssm send-command --region eu-central-1 --instance-ids ${anInstance().instanceId} ` +
        "--document-name AWS-RunShellScript --parameters 'commands=systemctl start drawbridge.service'",
    );
  });

  it('that wants to know who asks names the key', () => {
    const lines = checkTemporal(
      temporalFacts({
        here: false,
        connected: { error: new Error('16 UNAUTHENTICATED: who?') },
        tls: 'on',
        peer: there,
      }),
    );
    expect(lineOf(lines, 'address').command).toBe("export 'TEMPORAL_API_KEY=<key>'");
  });

  it.each<[string, TemporalFacts['tls'], string]>([
    ['temporal.example:7233', 'off', 'warn'],
    ['[::1]:7233', 'off', 'ok'],
    ['localhost:7233', 'off', 'ok'],
    ['temporal.example:7233', 'mutual', 'ok'],
  ])('at %s with TLS %s', (address, tls, verdict) => {
    expect(lineOf(checkTemporal(temporalFacts({ address, tls })), 'TLS').verdict).toBe(verdict);
  });
});
