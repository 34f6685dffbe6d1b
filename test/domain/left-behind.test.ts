import { describe, expect, it } from 'vitest';
import { identityOf, leftBehind, lostOnTheWay } from '../../src/domain/left-behind.js';

const instanceId = 'i-0123456789abcdef0';
const since = new Date('2026-03-01T06:00:00.000Z');
const later = new Date('2026-03-01T06:00:01.000Z');
const own = identityOf({ instanceId, pid: 1, since });

const taken = (by: string, name = 'confirmHealthy') => ({ activityId: '4', attempt: 1, name, by });

describe('the steps that a former agent of this host left behind', () => {
  it.each([
    ['another process', identityOf({ instanceId, pid: 2, since })],
    ['the first process of the container before', identityOf({ instanceId, pid: 1, since: later })],
    ['an agent of a build that does not say since when it runs', `drawbridge ${instanceId} pid 1`],
  ])('are those of %s on it', (_who, by) => {
    expect(leftBehind([taken(by)], own)).toEqual([taken(by)]);
  });

  it.each([
    ['this process', own],
    ['the agent of another host', identityOf({ instanceId: 'i-0aaaaaaaaaaaaaaaa', pid: 1, since })],
    ['a fleet worker', identityOf({ instanceId: undefined, pid: 1, since })],
    ['somebody else', '4711@laptop'],
  ])('are not those of %s', (_who, by) => {
    expect(leftBehind([taken(by)], own)).toEqual([]);
  });

  it('are not a registration: one that is still under way must not come after its undo (I5)', () => {
    const by = identityOf({ instanceId, pid: 2, since });
    expect(leftBehind([taken(by, 'registerTarget'), taken(by, 'listPeers')], own)).toEqual([taken(by, 'listPeers')]);
  });
});

describe('the steps that Temporal gave to this process', () => {
  const before = identityOf({ instanceId, pid: 2, since });
  const nowhere = () => false;

  it('are lost where they never reached it', () => {
    expect(lostOnTheWay([taken(own)], own, nowhere)).toEqual([taken(own)]);
  });

  it('are not lost where they did', () => {
    expect(lostOnTheWay([taken(own)], own, () => true)).toEqual([]);
  });

  it('are none that another process took', () => {
    expect(lostOnTheWay([taken(before)], own, nowhere)).toEqual([]);
  });

  it('are no registration: one that comes late after all must not come after its undo (I5)', () => {
    expect(lostOnTheWay([taken(own, 'registerTarget')], own, nowhere)).toEqual([]);
  });
});
