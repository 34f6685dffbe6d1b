import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { lookUntil } from '../../src/activities/look.js';
import { judgeDraining } from '../../src/domain/target-health.js';
import type { TargetHealth } from '../../src/domain/target-health.js';
import { aliveBeat, awsRequestMs, drainingLook, healthyLook, silentShare } from '../../src/domain/timings.js';
import { anAttempt, at, dawn } from '../support/attempt.js';
import type { FakeAttempt } from '../support/attempt.js';
import { awsError } from '../support/fake-aws.js';

const looking = {
  step: 'DescribeTargetHealth',
  subject: 'target i-1',
  windowMs: 30_000,
  firstMs: 2_000,
  maximumMs: 2_000,
};

/** Looks at a script of answers, the last of which stays; each look takes as long as told. */
async function lookAt(
  answers: [TargetHealth | Error, ...(TargetHealth | Error)[]],
  attempt: FakeAttempt = anAttempt(),
  { lookMs = 0, windowMs = looking.windowMs } = {},
) {
  let looks = 0;
  const look = () => {
    attempt.spend(lookMs);
    const answer = answers[Math.min(looks++, answers.length - 1)] ?? answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const seen = await lookUntil(attempt, { ...looking, windowMs }, look, judgeDraining);
  return { ...seen, looks };
}

describe('looking again and again', () => {
  it('ends with the first look that satisfies the judge', async () => {
    const attempt = anAttempt();
    expect(await lookAt([{ state: 'healthy' }, { state: 'draining' }], attempt)).toEqual({
      verdict: 'draining',
      observations: [
        { state: 'healthy', at: at(0) },
        { state: 'draining', at: at(2) },
      ],
      looks: 2,
    });
    expect(attempt.pauses).toEqual([2_000]);
  });

  it('I7: ends without a verdict when the window has passed', async () => {
    const attempt = anAttempt();
    expect(await lookAt([{ state: 'healthy' }], attempt)).toMatchObject({ verdict: undefined, looks: 16 });
    expect(attempt.elapsedSeconds).toBe(30);
  });

  it('I7: counts the time that slow answers take: no look begins after the window', async () => {
    const attempt = anAttempt();
    const lookMs = 5_000;
    expect(await lookAt([{ state: 'healthy' }], attempt, { lookMs })).toMatchObject({ looks: 5 });
    expect(attempt.elapsedSeconds - lookMs / 1_000).toBeLessThanOrEqual(30);
  });

  it.each([
    ['healthy', healthyLook],
    ['draining', drainingLook],
  ])('for %s, misses no heartbeat between two looks', (_what, { maximumMs, heartbeatMs }) => {
    expect(1.5 * maximumMs + aliveBeat.everyMs).toBeLessThan(heartbeatMs);
  });

  it('is not in step after looks in vain: hosts that were throttled together do not come back together', async () => {
    const pausesOf = async () => {
      const attempt = anAttempt();
      await lookAt([awsError('Throttling'), awsError('Throttling'), { state: 'draining' }], attempt);
      return attempt.pauses;
    };
    const all = (await Promise.all(Array.from({ length: 20 }, pausesOf))).flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...all)).toBeLessThanOrEqual(3_000);
    expect(new Set(all).size).toBeGreaterThan(10);
  });

  it('says each second that it is alive while AWS leaves a request unanswered, and forgets nothing', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const attempt = anAttempt({ resumed: { since: dawn, observations: [{ state: 'healthy', at: at(0) }] } });
    const slow = async () => {
      await new Promise((answer) => void setTimeout(answer, awsRequestMs - 1));
      return { state: 'draining' as const };
    };
    const seen = lookUntil(attempt, looking, slow, judgeDraining);
    await vi.advanceTimersByTimeAsync(awsRequestMs);
    expect(await seen).toMatchObject({ verdict: 'draining' });
    const memory = { since: dawn, observations: [{ state: 'healthy', at: at(0) }] };
    expect(attempt.heartbeats).toEqual([memory, memory, memory, memory]);
  });

  it('looks once where the window is no time at all', async () => {
    expect(await lookAt([{ state: 'healthy' }], anAttempt(), { windowMs: 0 })).toMatchObject({ looks: 1 });
  });

  it.each(['Throttling', 'ServiceUnavailable', 'TimeoutError', 'HealthUnavailableException', 'ExpiredToken'])(
    'remembers a look that failed with %s as unknown, and looks again',
    async (name) => {
      const { verdict, observations } = await lookAt([awsError(name), { state: 'draining' }]);
      expect(verdict).toBe('draining');
      expect(observations[0]).toEqual({ state: 'unknown', reason: name, at: at(0) });
    },
  );

  it('says that AWS does not answer from the third look in a row on, and is quiet about one that passes', async () => {
    const throttled = awsError('Throttling');
    const passing = anAttempt();
    await lookAt([throttled, throttled, { state: 'healthy' }, throttled, throttled, { state: 'draining' }], passing);
    expect(passing.warnings).toEqual([]);
    const lasting = anAttempt();
    await lookAt([throttled], lasting);
    // 16 looks in 30 s: at the 3rd, 6th and 12th.
    expect(lasting.warnings).toEqual(Array(3).fill('AWS still does not say how the target is'));
  });

  it.each([
    ['AccessDenied', 'AwsDenied'],
    ['ValidationError', 'AwsRefused'],
  ])('ends at once on %s, which another look cannot mend', async (name, type) => {
    const attempt = anAttempt();
    await expect(lookAt([awsError(name)], attempt)).rejects.toMatchObject({ type, final: true });
    expect(attempt.pauses).toEqual([]);
  });

  it("leaves an error that is nobody's fault to the retry policy", async () => {
    await expect(lookAt([new TypeError('undefined is not a function')])).rejects.toMatchObject({
      type: 'Unexpected',
      final: false,
      message: 'DescribeTargetHealth (target i-1): undefined is not a function',
    });
  });
});

describe('a look that is silent at first', () => {
  const silent = async (heartbeatTimeoutMs: number | undefined) => {
    const attempt = anAttempt({ heartbeatTimeoutMs });
    const look = () => Promise.resolve<TargetHealth>({ state: 'initial' });
    await lookUntil(attempt, { ...looking, silentAtFirst: true }, look, judgeDraining);
    return attempt.heartbeats;
  };

  it('puts down what it saw once it would be missed, and says so at each look from then on', async () => {
    // 15 pauses of 2 s: the first heartbeat is due after 16 s.
    expect(await silent(20_000)).toHaveLength(7);
    expect((await silent(20_000))[0]).toEqual({ since: dawn, observations: [{ state: 'initial', at: at(0) }] });
  });

  it('says nothing where it is over by then, and all of it where nobody says how long it may be silent', async () => {
    expect(await silent(75_000)).toEqual([]);
    expect(await silent(undefined)).toHaveLength(15);
  });

  it('of a target, speaks before it is missed, however long AWS takes', () => {
    const { maximumMs, heartbeatMs } = healthyLook;
    expect(silentShare * heartbeatMs + 1.5 * maximumMs + aliveBeat.everyMs).toBeLessThan(heartbeatMs);
    // What a health check with AWS's defaults needs: 5 times 10 s.
    expect(silentShare * heartbeatMs).toBeGreaterThan(50_000);
  });
});

describe('a look that goes on after another worker died', () => {
  const resumed = { since: dawn, observations: [{ state: 'healthy', at: at(0) }] };

  it('I4: keeps the window of the first attempt: it does not start again', async () => {
    const attempt = anAttempt({ number: 2, resumed, afterSeconds: 24 });
    expect(await lookAt([{ state: 'healthy' }], attempt)).toMatchObject({ verdict: undefined, looks: 4 });
    expect(attempt.elapsedSeconds).toBe(30);
  });

  it('keeps what was seen before', async () => {
    const attempt = anAttempt({ number: 2, resumed, afterSeconds: 10 });
    const { observations } = await lookAt([{ state: 'draining' }], attempt);
    expect(observations).toEqual([...resumed.observations, { state: 'draining', at: at(10) }]);
  });

  it('keeps the window of an attempt that put nothing down: it began when the first one was due', async () => {
    const attempt = anAttempt({ number: 2, afterSeconds: 24, dueAfterSeconds: 0 });
    expect(await lookAt([{ state: 'healthy' }], attempt)).toMatchObject({ verdict: undefined, looks: 4 });
    expect(attempt.elapsedSeconds).toBe(30);
  });

  it('looks once more where the window has passed meanwhile', async () => {
    const attempt = anAttempt({ number: 2, resumed, afterSeconds: 90 });
    expect(await lookAt([{ state: 'draining' }], attempt)).toMatchObject({ verdict: 'draining', looks: 1 });
  });

  it('goes on from what the heartbeat of the attempt before really carried', async () => {
    const first = anAttempt({ onPause: (before, attempt) => before === 2 && attempt.cancel() });
    await expect(lookAt([{ state: 'healthy' }], first)).rejects.toThrow();
    const second = anAttempt({ number: 2, resumed: first.heartbeats.at(-1), afterSeconds: 12 });
    const { observations } = await lookAt([{ state: 'draining' }], second);
    expect(observations.map(({ state, at: seenAt }) => [state, seenAt])).toEqual([
      ['healthy', at(0)],
      ['draining', at(12)],
    ]);
  });
});

describe('a cancelled look', () => {
  it('ends during the pause, at once', async () => {
    const attempt = anAttempt({ onPause: (before, current) => before === 1 && current.cancel() });
    await expect(lookAt([{ state: 'healthy' }], attempt)).rejects.toMatchObject({ name: 'AbortError' });
    expect(attempt.elapsedSeconds).toBe(2);
  });

  it('ends during the request, and does not take its error for a state', async () => {
    const attempt = anAttempt();
    const look = () => {
      attempt.cancel();
      return Promise.reject(awsError('TimeoutError'));
    };
    await expect(lookUntil(attempt, looking, look, judgeDraining)).rejects.toMatchObject({ name: 'AbortError' });
    expect(attempt.heartbeats).toEqual([]);
  });
});
