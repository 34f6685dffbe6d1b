import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { OwnSteps } from '../../src/workers/own-steps.js';
import { within } from '../../src/workers/bounded.js';
import { patiently } from '../../src/workers/patience.js';
import type { AwsActivities } from '../../src/activities/contract.js';
import { groupArn } from '../support/fake-aws.js';

const log = pino({ level: 'silent' });

/** A promise with its handles outside. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe('the wait for Temporal at boot', () => {
  it('ends when the agent is told to go, and what connects after that is disposed of', async () => {
    const connecting = deferred<string>();
    const told = deferred<'SIGTERM'>();
    const disposed = deferred<string>();
    const waiting = patiently.forTemporal(() => connecting.promise, {
      log,
      told: told.promise,
      tooLate: disposed.resolve,
    });
    told.resolve('SIGTERM');
    expect(await waiting).toBe('SIGTERM');
    connecting.resolve('workers');
    expect(await disposed.promise).toBe('workers');
  });

  it('says in words what the server answered, and what to set where the namespace is not there', async () => {
    const lines: { reason?: string }[] = [];
    const into = { write: (line: string) => void lines.push(JSON.parse(line) as { reason?: string }) };
    const dump = String.raw`Status { code: NotFound, message: "Namespace nosuch is not found.", details: b"\x08\x05", metadata: MetadataMap {} }`;
    const told = deferred<'SIGTERM'>();
    const attempt = () => {
      setTimeout(() => told.resolve('SIGTERM'), 50);
      return Promise.reject(new Error(dump));
    };
    await patiently.forTemporal(attempt, { log: pino({}, into), told: told.promise });
    expect(lines[0]?.reason).toMatch(/^NotFound: Namespace nosuch is not found; set TEMPORAL_NAMESPACE /);
  });

  it('gives up an attempt that hangs, tells it so, makes another one, and disposes of the first if it still succeeds (I7)', async () => {
    const hanging = deferred<string>();
    const disposed = deferred<string>();
    const signals: AbortSignal[] = [];
    const attempt = (givenUp: AbortSignal) => {
      signals.push(givenUp);
      return signals.length === 1 ? hanging.promise : Promise.resolve('second');
    };
    const never = new Promise<never>(() => undefined);
    const options = { log, told: never, attemptMs: 20, tooLate: disposed.resolve };
    expect(await patiently.forTemporal(attempt, options)).toBe('second');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    hanging.resolve('first');
    expect(await disposed.promise).toBe('first');
  });
});

describe('a bounded wait', () => {
  it('names its bound when nothing comes', async () => {
    const silence = within(10, () => new Promise<never>(() => undefined));
    await expect(silence).rejects.toThrow('no answer within 0.01 s');
  });

  it('has the answer that comes in time, and the refusal', async () => {
    expect(await within(1_000, () => Promise.resolve('answer'))).toBe('answer');
    await expect(within(1_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('a way out without Temporal', () => {
  it('waits for a registration that is under way in this process: what it sends must come after it (I5)', async () => {
    const reply = deferred<undefined>();
    const instanceId = 'i-0123456789abcdef0';
    const steps = new OwnSteps(instanceId);
    const activities = { registerTarget: () => reply.promise } as Partial<AwsActivities> as AwsActivities;
    const { registerTarget } = steps.overhear(activities, () => undefined);
    const input = { instanceId, targetGroupArn: groupArn('firewalls'), target: { id: instanceId } };
    const registering = new MockActivityEnvironment().run(registerTarget, input);
    const order: string[] = [];
    const settled = steps.registrationsSettled().then(() => order.push('goes on'));
    void registering.then(() => order.push('registered'));
    reply.resolve(undefined);
    await settled;
    expect(order).toEqual(['registered', 'goes on']);
    await steps.registrationsSettled();
  });
});
