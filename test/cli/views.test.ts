import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fleetView } from '../../src/cli/views/fleet.js';
import { receiptView } from '../../src/cli/views/receipt.js';
import { targetsView } from '../../src/cli/views/targets.js';
import { verificationView } from '../../src/cli/views/verification.js';
import { sayDate, sayFor } from '../../src/cli/views/span.js';
import { Leaving } from '../../src/domain/leaving.js';
import type { StandingWithHealth } from '../../src/domain/standing.js';
import { groupArn } from '../support/fake-aws.js';
import { at, dawn } from '../support/attempt.js';

const inService: StandingWithHealth = {
  instanceId: 'i-0123456789abcdef0',
  phase: 'in service',
  since: at(0),
  drainUntil: null,
  registered: null,
  tunnelDevice: 'gnv0',
  tunnelDetector: 'geneve device',
  lastFailure: null,
  target: { state: 'healthy' },
};

const group = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0123456789abcdef';

describe('the table of targets', () => {
  it('has a row for each, with the longest that AWS says, within 80 columns, and ends with how many are healthy', () => {
    const view = targetsView({
      targetGroupArn: group,
      targetType: 'instance',
      targets: (['unhealthy.draining', 'unavailable'] as const).map((state) => ({
        target: { id: 'i-0123456789abcdef0', port: 6081 },
        instanceId: 'i-0123456789abcdef0',
        privateIp: '100.100.100.100',
        zone: 'eu-central-1a',
        health: { state, reason: 'Target.DeregistrationInProgress' },
      })),
    });
    expect(view).toMatchInlineSnapshot(`
      "target group fw/0123456789abcdef
      TARGET                    PRIVATE IP       STATE
      i-0123456789abcdef0:6081  100.100.100.100  unhealthy.draining
        Target.DeregistrationInProgress
      i-0123456789abcdef0:6081  100.100.100.100  unavailable
        Target.DeregistrationInProgress
      0 of 2 healthy"
    `);
    expect(Math.max(...view.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('the report of a verification', () => {
  it('has a row for each instance with what was said under it, within 80 columns', () => {
    const said = `HealthTimeout: ${'target i-0123456789abcdef0 is unhealthy, '.repeat(4)}`;
    const view = verificationView({
      cluster: 'fw-prod',
      targetGroupArn: group,
      startedAt: at(0),
      finishedAt: at(301),
      verified: false,
      instances: [
        {
          target: 'i-0123456789abcdef0',
          instanceId: 'i-0123456789abcdef0',
          privateIp: '10.0.0.1',
          zone: null,
          checks: [
            { name: 'running', outcome: 'passed', seconds: 0.2, said: null },
            { name: 'healthy', outcome: 'failed', seconds: 300, said },
            { name: 'iperf3', outcome: 'not reached', seconds: null, said: null },
            { name: 'probe', outcome: 'not reached', seconds: null, said: null },
          ],
        },
      ],
    });
    const lines = view.split('\n');
    expect(lines[2]).toMatch(/^i-0123456789abcdef0 passed 0s failed 5m 0s not reached not reached$/);
    expect(lines[3]).toMatch(/^ {2}healthy: HealthTimeout: target/);
    expect(lines.at(-1)).toBe('0 of 1 verified, in 5m 1s');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('the table of a fleet', () => {
  it('has a row for each instance, and under it what is worth knowing, within 80 columns', () => {
    const draining: StandingWithHealth = {
      ...inService,
      instanceId: 'i-0123456789abcdef1',
      phase: 'confirming draining',
      since: at(-50_000),
      drainUntil: at(1_000),
      tunnelDevice: 'gwi-0123456789a',
      target: { state: 'unhealthy.draining', reason: 'Target.DeregistrationInProgress' },
      lastFailure: `confirmDraining, attempt 2: AwsDenied: ${'not authorized to describe target health, '.repeat(2)}`,
    };
    const view = fleetView(
      {
        cluster: 'fw-prod',
        instances: [inService, draining],
        strangers: [{ id: '10.0.0.9', health: { state: 'healthy' } }],
        hidden: 3,
        notes: ['AWS did not tell the target groups'],
      },
      dawn + 100_000,
    );
    expect(view).toMatchInlineSnapshot(`
      "cluster fw-prod, 2 instances
      INSTANCE            PHASE      FOR     LEFT   TARGET   TUNNEL
      i-0123456789abcdef0 in service 1m 40s  -      healthy  gnv0
      i-0123456789abcdef1 confirming 13h 55m 15m 0s draining gwi-0123456789a
        unhealthy.draining
        Target.DeregistrationInProgress
        last failure: confirmDraining, attempt 2: AwsDenied: not authorized to
          describe target health, not authorized to describe target health,
      10.0.0.9            no life    -       -      healthy  -
      no life: Temporal knows no startup of this target: another brought it in, or the
        startup is longer ago than the namespace keeps
      3 that left more than a day ago are not shown; --all shows them
      note: AWS did not tell the target groups"
    `);
    expect(Math.max(...view.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says so when there is nothing', () => {
    expect(fleetView({ cluster: 'fw', instances: [], strangers: [], hidden: 0, notes: [] }, dawn)).toBe(
      'cluster fw, 0 instances',
    );
  });
});

describe('a length of time', () => {
  it.each([
    [-3, '0s'],
    [48.4, '48s'],
    [125, '2m 5s'],
    [11_400, '3h 10m'],
    [352_800, '4d 2h'],
  ])('of %d s is said as "%s"', (seconds, said) => {
    expect(sayFor(seconds)).toBe(said);
  });
});

describe('the receipt of a shutdown that failed', () => {
  const registered = { targetGroupArn: groupArn('fw'), target: { id: '10.0.0.9', port: 6_081 } };
  const failedWith = (deregisteredAt: Date | undefined) => {
    const leaving = new Leaving(new Date(dawn));
    leaving.request('alice@laptop', undefined, new Date(dawn));
    leaving.registered = registered;
    leaving.deregisteredAt = deregisteredAt;
    return receiptView(leaving.receipt('i-1', 'failed', new Date(dawn), []));
  };

  it('says that the target may still be registered where AWS did not take it out, and how to take it out', () => {
    const [said, again, byHand, target] = failedWith(undefined).split('\n').slice(-4);
    expect(said).toBe('again, or deregister it by hand:');
    expect(failedWith(undefined)).toContain(
      '\nthe target may still be registered in fw/0123456789abcdef; start the shutdown\n',
    );
    expect(again).toBe('  drawbridge shutdown i-1');
    expect(byHand).toBe(`  aws elbv2 deregister-targets --target-group-arn ${registered.targetGroupArn} \\`);
    expect(target).toBe('    --targets Id=10.0.0.9,Port=6081');
  });

  it('says nothing of that where AWS did', () => {
    expect(failedWith(new Date(dawn))).not.toContain('may still be registered');
  });
});

describe("a moment in the reader's time", () => {
  it.each([
    ['UTC', '2026-11-24 21:04:31 UTC'],
    ['Europe/Berlin', '2026-11-24 22:04:31 +01:00'],
    ['Asia/Kolkata', '2026-11-25 02:34:31 +05:30'],
    ['America/St_Johns', '2026-11-24 17:34:31 -03:30'],
  ])('in %s is said as %s', (zone, said) => {
    vi.stubEnv('TZ', zone);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(sayDate('2026-11-24T21:04:31.000Z')).toBe(said);
  });

  it('has its zone once in a receipt, where the receipt ends', () => {
    vi.stubEnv('TZ', 'America/St_Johns');
    onTestFinished(() => void vi.unstubAllEnvs());
    const leaving = new Leaving(new Date('2026-11-24T21:03:30.000Z'));
    leaving.request('alice@laptop', undefined, new Date('2026-11-24T21:03:30.000Z'));
    const view = receiptView(leaving.receipt('i-1', 'drained', new Date('2026-11-24T21:04:31.000Z'), []));
    expect(view).toMatch(/^i-1: drained, 2026-11-24 17:34:3\d -03:30\n/);
    expect(view).toContain('alice@laptop, 17:33:30\n');
  });
});
