import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainSeconds, drainWarning } from '../../src/domain/drain.js';

describe('the drain period', () => {
  it('is 60 s when nobody says', () => {
    expect(drainSeconds(undefined, 300)).toBe(60);
  });

  it.each([0, 1, 120, 3_600])('is the %i s that were asked for, whatever the group says', (asked) => {
    expect(drainSeconds(asked, 10)).toBe(asked);
  });

  it.each([0, 30, 900])("is the group's own %i s where its deregistration delay is asked for", (delay) => {
    expect(drainSeconds('deregistration-delay', delay)).toBe(delay);
  });

  it("I4: is AWS's default of 300 s where the group's delay is asked for but cannot be read", () => {
    expect(drainSeconds('deregistration-delay', undefined)).toBe(300);
  });

  it('I4: is never shorter than the seconds that were asked for', () => {
    const seconds = fc.double({ min: 0, max: 3_600, noNaN: true });
    fc.assert(
      fc.property(seconds, fc.option(seconds, { nil: undefined }), (asked, delay) => {
        expect(drainSeconds(asked, delay)).toBeGreaterThanOrEqual(asked);
      }),
    );
  });
});

describe('the warning about a drain period', () => {
  it('says when the group goes on sending flows after the target left', () => {
    expect(drainWarning(undefined, 300)).toBe(
      "the drain period of 60 s is shorter than the target group's deregistration delay of 300 s: " +
        'existing flows may still be sent to this target after it left',
    );
  });

  it('says when the delay is not known', () => {
    expect(drainWarning(60, undefined)).toBe("the target group's deregistration delay could not be read");
  });

  it.each<[number | 'deregistration-delay' | undefined, number]>([
    [300, 300],
    [600, 300],
    [undefined, 60],
    [0, 0],
    ['deregistration-delay', 300],
  ])('stays away for %j against a delay of %i s', (policy, delay) => {
    expect(drainWarning(policy, delay)).toBeUndefined();
  });
});
