import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/domain/failures.js';
import {
  forceReason,
  parse,
  shutdownInputSchema,
  shutdownRequestSchema,
  startupInputSchema,
} from '../../src/domain/input.js';
import { groupArn } from '../support/fake-aws.js';

const instanceId = 'i-0123456789abcdef0';

function problemsOf(schema: Parameters<typeof parse>[1], value: unknown): string {
  try {
    parse('input', schema, value);
  } catch (error) {
    if (error instanceof StepFailure && error.type === 'InvalidInput' && error.final) return error.message;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('the input of a startup', () => {
  it('is an instance id alone, at the least', () => {
    expect(parse('startup input', startupInputSchema, { instanceId })).toEqual({ instanceId });
  });

  it('may say everything', () => {
    const input = {
      instanceId,
      cluster: 'fw-prod',
      targetGroupArn: groupArn('fw'),
      healthyWindowSeconds: 0,
      tunnel: { policy: 'warn', device: 'gnv0', windowSeconds: 5 },
    };
    expect(parse('startup input', startupInputSchema, input)).toEqual(input);
  });

  it.each<[string, unknown, string]>([
    ['nothing at all', undefined, 'the value: found nothing, expected a JSON object'],
    ['an id where an object belongs', instanceId, `the value: found "${instanceId}", expected a JSON object`],
    ['no instance id', {}, 'instanceId: found nothing, expected a string'],
    [
      'an id that is none',
      { instanceId: 'web-1' },
      'instanceId: found "web-1", expected an EC2 instance id such as i-0123456789abcdef0',
    ],
    ['a misspelt field', { instanceId, clutser: 'fw' }, 'unknown field: clutser'],
    ['a misspelt inner field', { instanceId, tunnel: { polcy: 'warn' } }, 'unknown field in tunnel: polcy'],
    [
      'a policy that is none',
      { instanceId, tunnel: { policy: 'maybe' } },
      'tunnel.policy: found "maybe", expected "require", "warn" or "skip"',
    ],
    [
      'a negative window',
      { instanceId, healthyWindowSeconds: -1 },
      'healthyWindowSeconds: found -1, expected seconds, 0 or more',
    ],
    [
      'a window in words',
      { instanceId, healthyWindowSeconds: '5m' },
      'healthyWindowSeconds: found "5m", expected seconds',
    ],
    [
      'I7: a window without end',
      { instanceId, tunnel: { windowSeconds: 1e9 } },
      'tunnel.windowSeconds: found 1000000000, expected seconds, at most 86400',
    ],
  ])('is refused for good with one clear line for %s', (_what, value, line) => {
    expect(problemsOf(startupInputSchema, value)).toBe(`input: ${line}`);
  });

  it('is refused with every problem at once', () => {
    const lines = problemsOf(startupInputSchema, { instanceId: 7, cluster: 'a b', extra: 1 });
    expect(lines).toMatch(/instanceId: found 7, expected a string/);
    expect(lines).toMatch(/cluster: found "a b", expected a cluster name/);
    expect(lines).toMatch(/unknown field: extra/);
  });

  it('is quoted only in part where it is long', () => {
    expect(problemsOf(startupInputSchema, { instanceId: 'x'.repeat(1_000) }).length).toBeLessThan(200);
  });
});

describe('the input of a shutdown', () => {
  it.each<[string, object]>([
    ['an instance id alone', {}],
    ['a drain period of no time', { drain: 0 }],
    ['the longest drain period', { drain: 3_600 }],
    ["the group's own delay", { drain: 'deregistration-delay' }],
    [
      'the exact registration',
      { registered: { targetGroupArn: groupArn('fw'), target: { id: instanceId, port: 6081 } } },
    ],
  ])('may be %s', (_what, fields) => {
    expect(parse('shutdown input', shutdownInputSchema, { instanceId, ...fields })).toEqual({ instanceId, ...fields });
  });

  it.each<[string, object, string]>([
    ['a negative drain period', { drain: -1 }, 'drain: found -1'],
    ['I7: a drain period that never ends', { drain: 3_601 }, 'drain: found 3601'],
    ['a drain period in words', { drain: '60s' }, 'drain: found "60s"'],
    ['drain period null', { drain: null }, 'drain: found null'],
    [
      'a registration without its target',
      { registered: { targetGroupArn: groupArn('fw') } },
      'registered.target: found nothing',
    ],
    [
      'I6: a registration with an empty id',
      { registered: { targetGroupArn: groupArn('fw'), target: { id: '' } } },
      'registered.target.id: found "", expected an instance id or an IP address',
    ],
    [
      'a port that is none',
      { registered: { targetGroupArn: groupArn('fw'), target: { id: instanceId, port: 65_536 } } },
      'registered.target.port: found 65536, expected a port',
    ],
    ['a trigger that is a novel', { trigger: 'x'.repeat(201) }, 'expected text of at most 200 characters'],
  ])('is refused for %s', (_what, fields, line) => {
    expect(problemsOf(shutdownInputSchema, { instanceId, ...fields })).toContain(line);
  });
});

describe('another request for a shutdown', () => {
  it('says who asks, and may name a drain period', () => {
    const request = { trigger: 'alice', drain: 30 };
    expect(parse('requestShutdown', shutdownRequestSchema, request)).toEqual(request);
  });

  it('is refused when nobody asks', () => {
    expect(problemsOf(shutdownRequestSchema, { drain: 30 })).toBe('input: trigger: found nothing, expected text');
  });
});

describe('the reason in a forceShutdown signal', () => {
  it.each<[unknown, string]>([
    ['spot interruption', 'spot interruption'],
    [{ reason: 'spot interruption' }, 'spot interruption'],
    [undefined, 'no reason given'],
    [null, 'no reason given'],
    ['', 'no reason given'],
    [{ reason: null }, 'no reason given'],
    [42, 'a payload that was not understood, expected text or {"reason": text}: 42'],
    [['now'], 'a payload that was not understood, expected text or {"reason": text}: ["now"]'],
    [{ why: 'x' }, 'a payload that was not understood, expected text or {"reason": text}: {"why":"x"}'],
    [{ reason: { a: 1 } }, 'a payload that was not understood, expected text or {"reason": text}: {"a":1}'],
  ])('of payload %j is %j: a payload never hinders the force', (payload, reason) => {
    expect(forceReason(payload)).toBe(reason);
  });

  it('is cut where it is long', () => {
    expect(forceReason('x'.repeat(10_000))).toHaveLength(500);
  });
});
