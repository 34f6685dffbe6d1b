import { describe, expect, it } from 'vitest';
import { executeRemoteCommand } from '../../src/activities/remote-command.js';
import { anAttempt, dawn } from '../support/attempt.js';
import type { FakeAttempt } from '../support/attempt.js';
import { aFakeAws, awsError, lostReply } from '../support/fake-aws.js';
import type { FakeAws } from '../support/fake-aws.js';

const instanceId = 'i-0123456789abcdef0';
const input = { instanceId, script: 'uptime', timeoutMs: 60_000, mark: 'a-mark-of-its-own' };
const countOf = (aws: FakeAws, action: string) => aws.calls.filter((call) => call.startsWith(action)).length;
const run = (aws: FakeAws, attempt: FakeAttempt = anAttempt()) => executeRemoteCommand(aws, input, attempt);

/** An attempt after this one died, with what it put down last. */
const after = (attempt: FakeAttempt, number = attempt.number + 1): FakeAttempt =>
  anAttempt({ number, resumed: attempt.heartbeats.at(-1), afterSeconds: attempt.elapsedSeconds });

describe('a remote command', () => {
  it('is sent once, with its mark and its timeout, and followed to its end', async () => {
    const aws = aFakeAws();
    aws.scriptInvocations(undefined, { status: 'InProgress' }, { exitCode: 3, status: 'Failed', stderr: 'no\n' });
    expect(await run(aws)).toEqual({ commandId: 'command-1', exitCode: 3, stdout: '', stderr: 'no\n', cut: [] });
    expect(aws.sent).toEqual([
      { instanceId, script: 'uptime', comment: 'drawbridge a-mark-of-its-own', timeoutSeconds: 60 },
    ]);
    expect(countOf(aws, 'ListCommands')).toBe(0);
  });

  it('puts its id down before it waits, so that an attempt that follows sends nothing (I9)', async () => {
    const aws = aFakeAws();
    aws.scriptInvocations({ status: 'InProgress' });
    const first = anAttempt({ unwanted: false, onPause: (_, attempt) => attempt.cancel() });
    await expect(run(aws, first)).rejects.toThrow();
    expect(first.heartbeats[0]).toEqual({ since: dawn, commandId: 'command-1' });
    aws.scriptInvocations({ stdout: 'up\n' });
    expect(await run(aws, after(first))).toMatchObject({ commandId: 'command-1', stdout: 'up\n' });
    expect(aws.sent).toHaveLength(1);
    expect(countOf(aws, 'ListCommands')).toBe(0);
    expect(countOf(aws, 'CancelCommand')).toBe(0);
  });

  it('is looked for by its mark when the reply was lost, and not sent again (I9)', async () => {
    const aws = aFakeAws();
    aws.failNext('SendCommand', lostReply());
    const first = anAttempt();
    await expect(run(aws, first)).rejects.toThrow('socket hang up');
    expect(await run(aws, anAttempt({ number: 2 }))).toMatchObject({ commandId: 'command-1', exitCode: 0 });
    expect(aws.sent).toHaveLength(1);
  });

  it('is sent again when Systems Manager lists none for 15 s: the request never arrived', async () => {
    const aws = aFakeAws();
    aws.failNext('SendCommand', awsError('ServiceUnavailable', 'later', 503));
    await expect(run(aws)).rejects.toThrow('later');
    const second = anAttempt({ number: 2 });
    expect(await run(aws, second)).toMatchObject({ commandId: 'command-1' });
    expect(second.elapsedSeconds).toBeGreaterThanOrEqual(13);
    expect(second.elapsedSeconds).toBeLessThanOrEqual(15);
    expect(aws.sent).toHaveLength(1);
  });

  it('is sent again at once when AWS throttled it: nothing can have been sent', async () => {
    const aws = aFakeAws();
    aws.failNext('SendCommand', awsError('ThrottlingException'));
    const first = anAttempt();
    await expect(run(aws, first)).rejects.toThrow('as scripted');
    expect(await run(aws, after(first))).toMatchObject({ commandId: 'command-1' });
    expect(countOf(aws, 'ListCommands')).toBe(0);
    expect(aws.sent).toHaveLength(1);
  });

  it('is looked for when an attempt between died without a word: only the attempt right before counts', async () => {
    const aws = aFakeAws();
    aws.failNext('SendCommand', awsError('ThrottlingException'));
    const first = anAttempt();
    await expect(run(aws, first)).rejects.toThrow('as scripted');
    aws.failNext('SendCommand', lostReply());
    await expect(run(aws, after(first))).rejects.toThrow('socket hang up');
    expect(await run(aws, after(first, 3))).toMatchObject({ commandId: 'command-1' });
    expect(aws.sent).toHaveLength(1);
  });

  it('I7: is cancelled when its time is over', async () => {
    const aws = aFakeAws();
    aws.scriptInvocations({ status: 'InProgress' });
    const attempt = anAttempt();
    await expect(run(aws, attempt)).rejects.toMatchObject({
      type: 'CommandTimeout',
      final: true,
      message: expect.stringContaining(`command command-1 on ${instanceId} is InProgress after 60 s`) as string,
      details: { commandId: 'command-1' },
    });
    expect(attempt.elapsedSeconds).toBeLessThanOrEqual(60);
    expect(aws.calls.at(-1)).toBe('CancelCommand command-1');
  });

  it('is cancelled when nobody wants it any more, and not when this process must go', async () => {
    for (const unwanted of [true, false]) {
      const aws = aFakeAws();
      aws.scriptInvocations({ status: 'InProgress' });
      await expect(run(aws, anAttempt({ unwanted, onPause: (_, each) => each.cancel() }))).rejects.toThrow();
      expect(countOf(aws, 'CancelCommand')).toBe(unwanted ? 1 : 0);
    }
  });

  it('that Systems Manager took and does not list for 15 s is given up, and cancelled', async () => {
    const aws = aFakeAws();
    aws.scriptInvocations(undefined);
    const attempt = anAttempt();
    await expect(run(aws, attempt)).rejects.toMatchObject({ type: 'CommandNotRun', final: true });
    expect(attempt.elapsedSeconds).toBeLessThan(20);
    expect(countOf(aws, 'CancelCommand')).toBe(1);
  });

  it.each(['Undeliverable', 'Cancelled', 'DeliveryTimedOut'])(
    'that ends as %s has no exit code of its own',
    async (status) => {
      const aws = aFakeAws();
      aws.scriptInvocations({ status });
      await expect(run(aws)).rejects.toMatchObject({
        type: 'CommandNotRun',
        message: expect.stringContaining(`is ${status}`) as string,
      });
    },
  );

  it('for an instance that is not managed is refused at once, with what it needs', async () => {
    const aws = aFakeAws();
    aws.failNext('SendCommand', awsError('InvalidInstanceId'));
    await expect(run(aws)).rejects.toMatchObject({
      type: 'InstanceNotManaged',
      final: true,
      message: expect.stringContaining('AmazonSSMManagedInstanceCore') as string,
    });
  });

  it('is followed through throttling: what was asked is asked again within its time', async () => {
    const aws = aFakeAws();
    aws.failNext('GetCommandInvocation', awsError('ThrottlingException'), awsError('InternalServerError', '', 500));
    expect(await run(aws)).toMatchObject({ exitCode: 0 });
    expect(aws.sent).toHaveLength(1);
  });
});
