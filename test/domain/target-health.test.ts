import { describe, expect, it } from 'vitest';
import { judgeDraining, judgeHealth, observe, sayHealth } from '../../src/domain/target-health.js';
import type { Observation, TargetHealth } from '../../src/domain/target-health.js';
import { at, dawn } from '../support/attempt.js';

const unused = (reason: string): TargetHealth => ({ state: 'unused', reason });

/** Every state, and every reason that changes a verdict. */
const table: [TargetHealth, ReturnType<typeof judgeHealth>, ReturnType<typeof judgeDraining>][] = [
  [{ state: 'initial', reason: 'Elb.RegistrationInProgress' }, 'look again', 'look again'],
  [{ state: 'initial', reason: 'Elb.InitialHealthChecking' }, 'look again', 'look again'],
  [{ state: 'healthy' }, 'healthy', 'look again'],
  [{ state: 'unhealthy', reason: 'Target.FailedHealthChecks' }, 'look again', 'look again'],
  [{ state: 'unhealthy.draining' }, 'look again', 'draining'],
  [{ state: 'draining', reason: 'Target.DeregistrationInProgress' }, 'look again', 'draining'],
  [{ state: 'draining' }, 'look again', 'draining'],
  [unused('Target.NotRegistered'), 'look again', 'not registered'],
  [unused('Target.NotInUse'), 'not in use', 'not in use'],
  [unused('Target.InvalidState'), 'look again', 'invalid state'],
  [unused('Target.IpUnusable'), 'look again', 'look again'],
  [{ state: 'unused' }, 'look again', 'look again'],
  [{ state: 'unavailable', reason: 'Target.HealthCheckDisabled' }, 'look again', 'look again'],
  [{ state: 'unknown' }, 'look again', 'look again'],
  [{ state: 'unknown', reason: 'Throttling' }, 'look again', 'look again'],
];
const rows = table.map(([health, entering, leaving]) => ({ said: sayHealth(health), health, entering, leaving }));

describe('the verdict on a target that has to become healthy', () => {
  it.each(rows)('of $said is: $entering', ({ health, entering }) => {
    expect(judgeHealth(health)).toBe(entering);
  });

  it('is "healthy" for the state healthy alone', () => {
    expect(rows.filter(({ health }) => judgeHealth(health) === 'healthy').map(({ said }) => said)).toEqual(['healthy']);
  });
});

describe('the verdict on a target that leaves', () => {
  it.each(rows)('of $said is: $leaving', ({ health, leaving }) => {
    expect(judgeDraining(health)).toBe(leaving);
  });

  it('I6: unknown health is never taken for a target that left', () => {
    expect(judgeDraining({ state: 'unknown', reason: 'Target.NotRegistered' })).toBe('look again');
  });
});

describe('observations', () => {
  const seenAs = (health: TargetHealth, seen: readonly Observation[], seconds: number) =>
    observe(seen, health, new Date(dawn + seconds * 1_000));

  it('keep a state once, with the time it was first seen', () => {
    const first = seenAs({ state: 'initial' }, [], 0);
    expect(seenAs({ state: 'initial' }, first, 5)).toEqual([{ state: 'initial', at: at(0) }]);
  });

  it.each<[string, TargetHealth]>([
    ['state', { state: 'healthy', reason: 'a', description: 'b' }],
    ['reason', { state: 'initial', reason: 'c', description: 'b' }],
    ['description', { state: 'initial', reason: 'a', description: 'd' }],
  ])('add a line when the %s changes', (_what, changed) => {
    const first = seenAs({ state: 'initial', reason: 'a', description: 'b' }, [], 0);
    expect(seenAs(changed, first, 5)).toEqual([...first, { ...changed, at: at(5) }]);
  });

  it('keep a state that came back as another line', () => {
    const flapping: TargetHealth[] = [{ state: 'healthy' }, { state: 'unhealthy' }, { state: 'healthy' }];
    const seen = flapping.reduce<Observation[]>((before, health, index) => seenAs(health, before, index), []);
    expect(seen.map(({ state }) => state)).toEqual(['healthy', 'unhealthy', 'healthy']);
  });

  it('leave the list that they were given alone', () => {
    const before: Observation[] = [];
    seenAs({ state: 'healthy' }, before, 0);
    expect(before).toEqual([]);
  });
});

describe('health in words', () => {
  it.each<[TargetHealth | undefined, string]>([
    [{ state: 'healthy' }, 'healthy'],
    [unused('Target.NotInUse'), 'unused (Target.NotInUse)'],
    [undefined, 'nothing'],
  ])('%j reads %j', (health, words) => {
    expect(sayHealth(health)).toBe(words);
  });
});
