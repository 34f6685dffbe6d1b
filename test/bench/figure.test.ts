import { describe, expect, it } from 'vitest';
import { exitCodeOf, judge, median, notMeasured, percentile } from '../../bench/figure.js';

const row = (must: Parameters<typeof judge>[0]['must']) => ({ name: 'a-figure', what: 'a figure', unit: 'ms', must });

describe('the arithmetic of the bench', () => {
  it('takes the middle one of an odd count, and the mean of the middle two of an even one', () => {
    expect(median([30, 10, 20])).toBe(20);
    expect(median([40, 10, 20, 30])).toBe(25);
    expect(median([7])).toBe(7);
  });

  it('changes nothing in the values that it looks at', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('draws a percentile between the two values that it lies between', () => {
    expect(percentile([0, 10, 20, 30], 99)).toBeCloseTo(29.7);
    expect(percentile([0, 10, 20, 30], 100)).toBe(30);
    expect(percentile([5], 99)).toBe(5);
  });
});

describe('the judgement of a figure', () => {
  it.each([
    ['at most 140', { atMost: 140 }, 140, 141],
    ['at least 2,000', { atLeast: 2_000 }, 2_000, 1_999],
    ['at most 0.4 times', { timesAtMost: 0.4 }, 40, 41],
    ['at most 40 more', { moreAtMost: 40 }, 140, 141],
  ])('%s holds to its bound, and not beyond', (said, must, within, beyond) => {
    const judged = [within, beyond].map((value) =>
      judge(row(must), { value, reference: 'a rock', referenceValue: 100 }),
    );
    expect(judged.map(({ ok }) => ok)).toEqual([true, false]);
    expect(judged[0]?.must).toBe(said);
  });

  it('wants all of several bounds', () => {
    const must = { atMost: 140, timesAtMost: 1.1 };
    const ok = (value: number) => judge(row(must), { value, referenceValue: 100 }).ok;
    expect([ok(110), ok(111), ok(141)]).toEqual([true, false, false]);
    expect(judge(row(must), { value: 110, referenceValue: 100 }).must).toBe('at most 140, at most 1.1 times');
  });

  it('is no where a reference is missing that it is about', () => {
    expect(judge(row({ timesAtMost: 1.1 }), { value: 1 }).ok).toBe(false);
  });

  it('says by which it was judged', () => {
    expect(judge(row({ timesAtMost: 4 }), { value: 300, reference: 'a script', referenceValue: 100 })).toEqual({
      figure: 'a-figure',
      value: 300,
      unit: 'ms',
      reference: 'a script',
      referenceValue: 100,
      ratio: 3,
      must: 'at most 4 times',
      ok: true,
    });
  });

  it('fails the run for one that is not what it must be, and for one that could not be measured', () => {
    const [good, bad] = [1, 3].map((value) => judge(row({ atMost: 2 }), { value })) as [
      ReturnType<typeof judge>,
      ReturnType<typeof judge>,
    ];
    expect(exitCodeOf([good])).toBe(0);
    expect(exitCodeOf([good, bad])).toBe(1);
    expect(exitCodeOf([good, notMeasured(row({ atMost: 2 }))])).toBe(1);
  });
});
