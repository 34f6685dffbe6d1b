import { describe, expect, it } from 'vitest';
import { judgeInvocation, longestOutput, outputOf } from '../../src/domain/remote-command.js';

describe('what Systems Manager says of a command', () => {
  it.each([
    ['Success', 'ended'],
    ['Failed', 'ended'],
    ['ExecutionTimedOut', 'timed out'],
    ['DeliveryTimedOut', 'not run'],
    ['Undeliverable', 'not run'],
    ['Terminated', 'not run'],
    ['Cancelled', 'not run'],
    ['a status of tomorrow', 'not run'],
    ['Pending', 'look again'],
    ['InProgress', 'look again'],
    ['Delayed', 'look again'],
    ['Cancelling', 'look again'],
    ['unknown', 'look again'],
  ])('%s: %s', (status, verdict) => {
    expect(judgeInvocation(status)).toBe(verdict);
  });

  it.each([
    ['short', 'short', []],
    ['x'.repeat(longestOutput.stdout), '', ['stdout']],
    [`${'x'.repeat(20)}--output truncated--`, 'y'.repeat(longestOutput.stderr), ['stdout', 'stderr']],
  ])('tells which stream was cut', (stdout, stderr, cut) => {
    expect(outputOf('c', { status: 'Success', exitCode: 0, stdout, stderr }).cut).toEqual(cut);
  });
});
