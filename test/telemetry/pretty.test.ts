import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sayPretty } from '../../src/telemetry/pretty.js';

const time = '2026-03-01T06:00:00.000Z';
const whose = { level: 'info', time, instance: 'i-0123456789abcdef0', cluster: 'fw-prod' };
const step = { ...whose, workflowId: 'startup/i-0123456789abcdef0', step: 'discoverTargetGroup' };

const lines = (line: object, columns = 80): string[] =>
  stripVTControlCharacters(sayPretty(line as Record<string, unknown>, 'INFO', columns)).split('\n');

describe('a line for people', () => {
  it('says what happened, then to whom', () => {
    expect(lines({ ...step, step: 'registerTarget', msg: 'target registered' }, 100)).toEqual([
      'target registered  startup/i-0123456789abcdef0 fw-prod registerTarget',
    ]);
    expect(lines({ ...whose, why: 'SIGTERM', msg: 'leaving' })).toEqual([
      'leaving  i-0123456789abcdef0 fw-prod why=SIGTERM',
    ]);
  });

  it('goes on below, within the width of the terminal, where it is longer', () => {
    const said = lines({
      ...step,
      seen: 'initial (Elb.InitialHealthChecking), healthy',
      attempts: 3,
      msg: 'target is healthy',
    });
    expect(said.length).toBeGreaterThan(1);
    // What pino-pretty puts before it: `[06:00:00] INFO: `.
    expect(17 + (said[0]?.length ?? 0)).toBeLessThanOrEqual(80);
    for (const more of said.slice(1)) expect(more).toMatch(/^ {11}\S.{0,68}$/);
    expect(said.join(' ').replaceAll(/\s+/g, ' ')).toBe(
      'target is healthy startup/i-0123456789abcdef0 fw-prod discoverTargetGroup seen=initial (Elb.InitialHealthChecking), healthy attempts=3',
    );
  });

  it('goes on below also where the message itself is longer', () => {
    const msg =
      'somebody takes this instance out of service; the agent stays, and can bring it back: drawbridge startup';
    const said = lines({ ...whose, msg });
    expect(17 + (said[0]?.length ?? 0)).toBeLessThanOrEqual(80);
    for (const more of said.slice(1)) expect(more).toMatch(/^ {11}\S.{0,68}$/);
    expect(said.join(' ').replaceAll(/\s+/g, ' ')).toBe(`${msg} i-0123456789abcdef0 fw-prod`);
  });

  it('does not cut what is longer than a line: it must be fit to copy', () => {
    const targetGroup = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/firewalls/0123456789abcdef';
    expect(lines({ ...step, targetGroup, msg: 'target group found' })).toContain(
      `           targetGroup=${targetGroup}`,
    );
  });
});
