import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { checkAttributes } from '../../src/doctor/attributes.js';
import { fail, ok, warn, worstOf } from '../../src/doctor/line.js';
import { command, piped, inTurn } from '../../src/doctor/mend.js';
import { reportJson, reportText } from '../../src/doctor/report.js';
import { checkSystemd } from '../../src/doctor/systemd.js';
import { checkTemporal } from '../../src/doctor/temporal.js';
import { group, region, temporalFacts } from './facts.js';

const attributes = { 'deregistration_delay.timeout_seconds': '300' };
const areas = [
  {
    area: 'target group',
    lines: checkAttributes(group(), {
      region,
      drain: 60,
      attributes: { value: attributes },
      targets: { value: [] },
      fleet: { value: [] },
    }),
  },
  {
    area: 'systemd',
    lines: checkSystemd({
      unit: 'drawbridge.service',
      drain: 60,
      delaySeconds: 300,
      properties: {
        value: { LoadState: 'loaded', TimeoutStopUSec: '1min', KillMode: 'mixed', KillSignal: '15', Restart: 'no' },
      },
    }),
  },
  { area: 'Temporal', lines: checkTemporal(temporalFacts({ retentionHours: { value: undefined } })) },
];

describe('a report for people', () => {
  it('lists the lines by area, each command below what it mends', () => {
    expect(reportText(areas)).toMatchInlineSnapshot(`
      "target group
        warn  deregistration delay: the drain period of 60 s is shorter than the
              target group's deregistration delay of 300 s: existing flows may still
              be sent to this target after it left
                aws elbv2 modify-target-group-attributes --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0123456789abcdef \\
                  --attributes Key=deregistration_delay.timeout_seconds,Value=60
        warn  target failover: no_rebalance: flows of a target that left or failed go
              on to it until they are idle (TCP 350 s, others 120 s)
                aws elbv2 modify-target-group-attributes --region eu-central-1 \\
                  --target-group-arn \\
                  arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0123456789abcdef \\
                  --attributes Key=target_failover.on_deregistration,Value=rebalance \\
                  Key=target_failover.on_unhealthy,Value=rebalance
        ok    cross-zone: as the load balancer has it, off by default; no zone depends
              on a single target

      systemd
        fail  stop timeout: 60 s, less than the drain period of 60 s and the stop:
              systemd cuts the drain
                printf '[Service]\\n%s\\n' TimeoutStopSec=1277 | sudo install -Dm644 \\
                  /dev/stdin \\
                  /etc/systemd/system/drawbridge.service.d/timeoutstopsec.conf && \\
                  sudo systemctl daemon-reload
        ok    kill mode: mixed
        ok    kill signal: SIGTERM
        warn  restart: no: nobody answers the health check after a crash
                printf '[Service]\\n%s\\n' Restart=on-failure | sudo install -Dm644 \\
                  /dev/stdin /etc/systemd/system/drawbridge.service.d/restart.conf \\
                  && sudo systemctl daemon-reload

      Temporal
        ok    address: 127.0.0.1:7233 answers, Temporal 1.31.2
        ok    TLS: off, and not needed on this machine
        fail  namespace: fw does not exist
                temporal operator namespace create --namespace fw --retention 720h \\
                  --address 127.0.0.1:7233
        warn  search attributes: not checked: there is no such namespace
        warn  fleet queue: not checked: there is no such namespace
        warn  host queue: not checked: there is no such namespace
        ok    server: postgres12, 16 shards

      6 ok, 6 warn, 2 fail"
    `);
  });

  it('fits 80 columns, but for a word that is longer than a line', () => {
    const tooLong = reportText(areas)
      .split('\n')
      .filter((line) => line.length > 80);
    expect(tooLong.filter((line) => line.trim().replace(/ \\$/, '').includes(' '))).toEqual([]);
  });

  it('has a command once that mends several lines', () => {
    const mend = command('do', 'it');
    const text = reportText([{ area: 'a', lines: [fail('one', 'x', mend), fail('two', 'y', mend), ok('three', 'z')] }]);
    expect(text).toBe('a\n  fail  one: x\n  fail  two: y\n          do it\n  ok    three: z\n\n1 ok, 0 warn, 2 fail');
  });
});

describe('a report for programs', () => {
  it('has the verdict, and each line with its command whole', () => {
    const mend = command('export', 'A=<b>');
    expect(JSON.parse(reportJson([{ area: 'a', lines: [ok('one', 'x'), warn('two', 'y', mend)] }]))).toEqual({
      verdict: 'warn',
      lines: [
        { area: 'a', check: 'one', verdict: 'ok', why: 'x', mend: null },
        { area: 'a', check: 'two', verdict: 'warn', why: 'y', mend: "export 'A=<b>'" },
      ],
    });
  });
});

describe('the worst verdict', () => {
  it.each([
    ['ok', []],
    ['ok', [ok('a', '')]],
    ['warn', [ok('a', ''), warn('b', '')]],
    ['fail', [warn('a', ''), fail('b', ''), ok('c', '')]],
  ] as const)('is %s', (verdict, lines) => {
    expect(worstOf([{ area: 'a', lines }])).toBe(verdict);
  });
});

describe('a command', () => {
  it('means to a shell what it says, in one line and over several', () => {
    const words = ['a b', "it's", '{"Resource":"*"}', '<x>', 'Key=a:b,Value=c', String.raw`[Service]\n`, '$HOME', '*'];
    const mend = command('printf', '%s\\0', ...words);
    const run = (text: string) => execFileSync('sh', ['-c', text], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(run(mend.join(' '))).toEqual(words);
    const text = reportText([{ area: 'a', lines: [fail('one', 'x', mend)] }]);
    const [, shown = ''] = /one: x\n([^]*)\n\n/.exec(text) ?? [];
    expect(shown.split('\n').length).toBeGreaterThan(1);
    expect(run(shown)).toEqual(words);
  });

  it('may be several', () => {
    const mend = inTurn(piped(command('echo', 'a b'), command('tr', 'a', 'c')), command('echo', 'done'));
    expect(execFileSync('sh', ['-c', mend.join(' ')], { encoding: 'utf8' })).toBe('c b\ndone\n');
  });
});
