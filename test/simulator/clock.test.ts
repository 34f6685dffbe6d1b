import { describe, expect, it } from 'vitest';
import { ManualClock, scaledClock } from '../../src/simulator/simulator.js';

describe('a manual clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new ManualClock(1000);
    expect(clock.now()).toBe(1000);
    await clock.advance(500);
    expect(clock.now()).toBe(1500);
  });

  it('runs what falls due at its own time, in order of time and then of scheduling', async () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.now()}`);
    clock.schedule(20, note('later'));
    clock.schedule(10, note('first'));
    clock.schedule(10, note('second'));
    clock.schedule(31, note('too late'));
    await clock.advance(30);
    expect(ran).toEqual(['first@10', 'second@10', 'later@20']);
  });

  it('awaits each thing before the next, and runs what it schedules on the way', async () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.schedule(10, async () => {
      clock.schedule(15, () => void ran.push(`scheduled on the way@${clock.now()}`));
      await Promise.resolve();
      ran.push('awaited');
    });
    await clock.advance(20);
    expect(ran).toEqual(['awaited', 'scheduled on the way@15']);
  });

  it('queues an advance behind one that is under way', async () => {
    const clock = new ManualClock(0);
    const both = [clock.advance(10), clock.advance(10)];
    await Promise.all(both);
    expect(clock.now()).toBe(20);
  });

  it('forgets what was cancelled', async () => {
    const clock = new ManualClock(0);
    const cancel = clock.schedule(10, () => expect.unreachable());
    cancel();
    await clock.advance(20);
  });

  it('reports what a scheduled thing throws, at its time, and goes on afterwards', async () => {
    const clock = new ManualClock(0);
    clock.schedule(10, () => {
      throw new Error('broken');
    });
    await expect(clock.advance(20)).rejects.toThrow('broken');
    expect(clock.now()).toBe(10);
    await clock.advance(5);
    expect(clock.now()).toBe(15);
  });

  it('lets others have their turn in the middle of a long jump', async () => {
    const clock = new ManualClock(0);
    let turns = 0;
    const interval = setInterval(() => (turns += 1), 1);
    const busy = () => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    };
    for (let atMs = 1; atMs <= 40; atMs += 1) clock.schedule(atMs, busy);
    await clock.advance(100);
    clearInterval(interval);
    expect(turns).toBeGreaterThan(0);
  });

  it('does not run backwards', () => {
    expect(() => new ManualClock().advance(-1)).toThrow('time does not run backwards');
  });
});

describe('a running clock', () => {
  it('can be advanced: what falls due on the way runs at its own time, and time goes on from there', async () => {
    const clock = scaledClock(1, 0);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.now()}`);
    clock.schedule(3_600_000, note('second'));
    clock.schedule(1_800_000, note('first'));
    await clock.advance(7_200_000);
    expect(ran).toEqual(['first@1800000', 'second@3600000']);
    expect(clock.now()).toBeGreaterThanOrEqual(7_200_000);
    expect(clock.now()).toBeLessThan(7_200_000 + 60_000);
  });

  it('wakes what was scheduled before a jump at the right time after it', async () => {
    const clock = scaledClock(100, 0);
    const woken = new Promise<number>((resolve) => clock.schedule(10_000, () => resolve(clock.now())));
    await clock.advance(9_000);
    const at = await woken;
    expect(at).toBeGreaterThanOrEqual(10_000);
  });

  it('wakes the earliest first, in whatever order things were scheduled', async () => {
    const clock = scaledClock(1000, 0);
    const ran: string[] = [];
    await new Promise<void>((resolve) => {
      clock.schedule(3_000, resolve);
      clock.schedule(2_000, () => void ran.push('later'));
      clock.schedule(1_000, () => void ran.push('first'));
    });
    expect(ran).toEqual(['first', 'later']);
  });
});

describe('a scaled clock', () => {
  it('runs something once its time has come', async () => {
    const clock = scaledClock(1000);
    const at = clock.now() + 1000;
    const ranAt = await new Promise<number>((resolve) => clock.schedule(at, () => resolve(clock.now())));
    expect(ranAt).toBeGreaterThanOrEqual(at);
  });

  it('refuses a factor that is not more than 0', () => {
    expect(() => scaledClock(0)).toThrow('clock factor is 0, expected more than 0');
  });
});
