import { describe, expect, it } from 'vitest';
import { boundMs } from '../../src/chaos/bounds.js';
import { planLife } from '../../src/chaos/planning.js';
import { sayPlan } from '../../src/chaos/say.js';
import { instanceIdSchema } from '../../src/domain/ids.js';
import { faultRule } from '../../src/simulator/faults.js';

const lives = Array.from({ length: 2_000 }, (_, seed) => planLife(seed));

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planLife(37)).toEqual(planLife(37));
    const texts = new Set(lives.map((plan) => JSON.stringify({ ...plan, seed: 0, instanceId: '', cluster: '' })));
    expect(texts.size).toBeGreaterThan(1_900);
  });

  it('names its instance after its seed, in the form of EC2', () => {
    for (const { instanceId, seed } of lives.slice(0, 50)) {
      expect(instanceIdSchema.parse(instanceId)).toBe(instanceId);
      expect(Number.parseInt(instanceId.slice(2), 16)).toBe(seed);
    }
    expect(instanceIdSchema.safeParse(planLife(999_999_999_999_999).instanceId).success).toBe(true);
  });

  it('meets every kind of incident, group, company and way out within some hundred lives', () => {
    const some = lives.slice(0, 600);
    const kinds = new Set(some.flatMap(({ incidents }) => incidents.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual([
      'ask again',
      'cut off',
      'delete group',
      'detach',
      'fault',
      'force',
      'kill',
      'revoke tokens',
      'terminate',
    ]);
    expect(new Set(some.map(({ group }) => group)).size).toBe(5);
    expect(new Set(some.map(({ company }) => company)).size).toBe(3);
    expect(new Set(some.map(({ wayOut }) => wayOut.by)).size).toBe(3);
    const faults = new Set(
      some.flatMap(({ incidents }) => incidents.flatMap((it) => (it.kind === 'fault' ? [it.rule.kind] : []))),
    );
    expect(faults.size).toBe(10);
  });

  it('has somebody else to go on where the host is gone for good', () => {
    for (const { incidents, company } of lives) {
      if (incidents.some((it) => it.kind === 'kill' && it.againAfterMs === undefined))
        expect(company).not.toBe('nobody');
    }
  });

  it('holds only faults that the simulator knows', () => {
    for (const { incidents } of lives) for (const it of incidents) if (it.kind === 'fault') faultRule.parse(it.rule);
  });

  it('is over within minutes, whatever it meets', () => {
    for (const plan of lives) expect(boundMs(plan)).toBeLessThanOrEqual(240_000);
  });

  it('can be read in a few lines', () => {
    for (const plan of lives.slice(0, 200)) {
      const lines = sayPlan(plan);
      expect(lines).toHaveLength(2 + plan.incidents.length);
      expect(lines.join('\n')).not.toContain('undefined');
    }
  });
});
