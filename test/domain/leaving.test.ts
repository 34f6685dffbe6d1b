import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrainPolicy } from '../../src/domain/drain.js';
import { Leaving, observationsIn } from '../../src/domain/leaving.js';
import type { DelaySeen } from '../../src/domain/leaving.js';
import { at, dawn } from '../support/attempt.js';
import { groupArn } from '../support/fake-aws.js';

const after = (seconds: number) => new Date(dawn + seconds * 1_000);
const instanceId = 'i-0123456789abcdef0';

/** A way out that began at 0 s, was asked for at once, and drains from 10 s on. */
function draining(drain: DrainPolicy | undefined, delaySeconds: number | undefined = 300): Leaving {
  const leaving = new Leaving(after(0));
  leaving.request('SIGTERM', drain, after(0));
  leaving.startDraining(after(10), delaySeconds);
  return leaving;
}

const endOf = (leaving: Leaving): number => (leaving.drainUntilMs - dawn) / 1_000;

describe('the end of the drain period', () => {
  it.each<[string, DrainPolicy | undefined, number | undefined, number]>([
    ['60 s after draining was confirmed when nobody says', undefined, 300, 70],
    ['as many seconds after it as were asked for', 120, 300, 130],
    ['at once where no drain period was asked for', 0, 300, 10],
    ["the group's own delay after it", 'deregistration-delay', 900, 910],
    ["I4: AWS's default after it where the group's delay cannot be read", 'deregistration-delay', undefined, 310],
  ])('is %s', (_when, drain, delay, end) => {
    const leaving = new Leaving(after(0));
    leaving.request('SIGTERM', drain, after(0));
    leaving.startDraining(after(10), delay);
    expect(endOf(leaving)).toBe(end);
  });

  it('I4: counts from confirmed draining, not from the request that came before it', () => {
    const leaving = new Leaving(after(0));
    leaving.request('SIGTERM', 60, after(0));
    leaving.request('alice', 60, after(5));
    leaving.startDraining(after(40), 300);
    expect(endOf(leaving)).toBe(100);
  });

  it.each<[string, DrainPolicy | undefined, number, number]>([
    ['is brought nearer by one that ends sooner, counted from when it came', 30, 20, 50],
    ['ends at once when a later request asks for no drain period', 0, 50, 50],
    ['is not pushed back by one that asks for longer', 3_600, 20, 130],
    ['is not touched by one that names no period of its own', undefined, 20, 130],
    ["is not pushed back by the group's longer delay", 'deregistration-delay', 20, 130],
    ['is not brought nearer by a shorter one that would end later', 100, 100, 130],
  ])('with a second request: %s', (_what, drain, cameAt, end) => {
    const leaving = draining(120);
    leaving.request('alice', drain, after(cameAt));
    expect(endOf(leaving)).toBe(end);
  });

  it('says who brought it nearer, by how much and with what, and nothing of a request that did not', () => {
    const leaving = draining(600);
    leaving.extend(600, 'alice', null, after(20));
    expect(leaving.request('bob', undefined, after(30))).toBeUndefined();
    expect(leaving.request('bob', 3_600, after(30))).toBeUndefined();
    expect(leaving.request('carol', 30, after(40))).toBe(
      'carol asked for a drain period of 30 s, so it ends 1140 s sooner',
    );
    const locating = new Leaving(after(0));
    expect(locating.request('SIGTERM', 30, after(0))).toBeUndefined();
    expect(locating.request('alice', 20, after(5))).toMatch(/^alice .* 10 s sooner$/);
  });

  it('I4: only ever comes nearer, whatever is asked and in whatever order', () => {
    const request = fc.record({
      drain: fc.option(fc.integer({ min: 0, max: 3_600 }), { nil: undefined }),
      atSeconds: fc.integer({ min: 0, max: 4_000 }),
    });
    fc.assert(
      fc.property(fc.array(request), (requests) => {
        const leaving = draining(120);
        const ends = requests.map(({ drain, atSeconds }) => {
          leaving.request('someone', drain, after(atSeconds));
          return endOf(leaving);
        });
        expect(ends).toEqual([...ends].sort((a, b) => b - a));
        expect(endOf(leaving)).toBeGreaterThanOrEqual(10);
      }),
    );
  });
});

describe('a target that is not registered any more', () => {
  const known = (deregistrationDelaySeconds: number | null): DelaySeen => ({ deregistrationDelaySeconds });
  it.each<[string, DelaySeen, number, RegExp | undefined]>([
    ['may have left unseen when the delay of its group was over before the look', known(5), 5, /delay of 5 s was over/],
    ['may have left unseen when its group has no delay', known(0), 0, /delay of 0 s was over/],
    [
      'may have left unseen when the delay could not be read: no flow is cut for want of a permission',
      known(null),
      20,
      /may have left/,
    ],
    ['had left before when the delay cannot be over yet', known(300), 20, undefined],
    ['has no flows left when its group is deleted', { ...known(null), groupGone: true }, 20, undefined],
  ])('%s', (_what, delay, lookedAt, said) => {
    const leaving = new Leaving(after(-60));
    leaving.deregisteringSince = after(0);
    const unseen = leaving.leftUnseen(after(lookedAt), delay);
    if (said === undefined) expect(unseen).toBeUndefined();
    else expect(unseen).toMatch(said);
  });

  it('had left before when nothing was deregistered yet', () => {
    expect(new Leaving(after(0)).leftUnseen(after(60), known(0))).toBeUndefined();
  });
});

describe('a forced way out', () => {
  it('keeps the first reason: a second force changes nothing', () => {
    const leaving = draining(60);
    expect(leaving.force('reboot', after(20))).toBe(true);
    expect(leaving.force('again', after(21))).toBe(false);
    expect(leaving.forcedReason).toBe('reboot');
  });

  it('says so when it was not forced', () => {
    expect(draining(60).forcedReason).toBe('not forced');
  });
});

describe('an extension of the drain period', () => {
  it('moves its end away, and is in the receipt with who asked and why', () => {
    const leaving = draining(60);
    leaving.extend(120, 'alice@laptop', 'a long backup', after(30));
    expect(endOf(leaving)).toBe(190);
    expect(leaving.receipt(instanceId, 'drained', after(190), [])).toMatchObject({
      drainPeriodSeconds: 60,
      drainedSeconds: 180,
      extensions: [{ by: 'alice@laptop', at: at(30), seconds: 120, reason: 'a long backup' }],
    });
  });

  it('adds to the one before it, and a later request still brings the end nearer', () => {
    const leaving = draining(60);
    leaving.extend(100, 'alice', null, after(20));
    leaving.extend(50, 'bob', null, after(25));
    expect([leaving.extendedSeconds, endOf(leaving)]).toEqual([150, 220]);
    leaving.request('SIGTERM', 30, after(40));
    expect(endOf(leaving)).toBe(70);
  });

  it('is refused before the target drains, and beyond what AWS lets a target drain', () => {
    expect(new Leaving(after(0)).refusalToExtend(1)).toMatch(/not draining yet/);
    expect(draining(60).refusalToExtend(3_540)).toBeUndefined();
    expect(draining(60).refusalToExtend(3_541)).toBe(
      'the drain period would be 3601 s, expected at most 3600 s: AWS lets no target drain for longer',
    );
  });
});

describe('the receipt', () => {
  const registered = { targetGroupArn: groupArn('fw'), target: { id: instanceId } };

  it('tells a full drain from end to end', () => {
    const leaving = new Leaving(after(0));
    leaving.request('SIGTERM', 60, after(0));
    leaving.registered = registered;
    leaving.deregisteringSince = after(1);
    leaving.deregisteredAt = after(2);
    leaving.observations = [{ state: 'draining', at: at(4) }];
    leaving.startDraining(after(4), 300);
    leaving.request('alice', undefined, after(9));

    expect(leaving.receipt(instanceId, 'drained', after(64), ['a warning'])).toEqual({
      instanceId,
      registered,
      outcome: 'drained',
      triggers: [
        { by: 'SIGTERM', at: at(0), drain: 60 },
        { by: 'alice', at: at(9) },
      ],
      startedAt: at(0),
      deregisteringAt: at(1),
      deregisteredAt: at(2),
      drainingAt: at(4),
      finishedAt: at(64),
      secondsIn: { locating: 1, deregistering: 1, confirming: 2, draining: 60 },
      extensions: [],
      drainPeriodSeconds: 60,
      drainedSeconds: 60,
      deregistrationDelaySeconds: 300,
      forced: null,
      observations: [{ state: 'draining', at: at(4) }],
      warnings: ['a warning'],
    });
  });

  it('says null for what never came to be', () => {
    const receipt = new Leaving(after(0)).receipt(instanceId, 'failed', after(1), []);
    expect(receipt).toMatchObject({
      registered: null,
      deregisteringAt: null,
      deregisteredAt: null,
      drainingAt: null,
      secondsIn: { locating: 1, deregistering: null, confirming: null, draining: null },
      drainPeriodSeconds: null,
      drainedSeconds: null,
      deregistrationDelaySeconds: null,
      forced: null,
    });
  });

  it('says how much of the drain period a force left', () => {
    const leaving = draining(60);
    leaving.force('reboot', after(30));
    expect(leaving.receipt(instanceId, 'interrupted', after(30), [])).toMatchObject({
      drainPeriodSeconds: 60,
      drainedSeconds: 20,
      forced: { at: at(30), reason: 'reboot' },
    });
  });

  it('is plain JSON: it comes back from a history as it went in', () => {
    const receipt = draining(60).receipt(instanceId, 'drained', after(70), []);
    expect(JSON.parse(JSON.stringify(receipt))).toEqual(receipt);
  });
});

describe('the observations that a failed look left behind', () => {
  const observations = [{ state: 'healthy', at: at(0) }];

  it('are found in its details', () => {
    expect(observationsIn({ observations })).toEqual(observations);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ observations: 'many' }]])(
    'are not found in %j, which does no harm',
    (details) => {
      expect(observationsIn(details)).toBeUndefined();
    },
  );
});
