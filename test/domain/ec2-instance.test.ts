import { describe, expect, it } from 'vitest';
import { instanceStates, judgeInstanceState } from '../../src/domain/ec2-instance.js';
import type { InstanceState } from '../../src/domain/ec2-instance.js';

describe('whether to wait on for an instance', () => {
  it.each(instanceStates)('%s is reached when it is seen', (state) => {
    expect(judgeInstanceState(state, state)).toBe('reached');
  });

  it.each(instanceStates.filter((state) => state !== 'terminated'))('a terminated one never becomes %s', (wanted) => {
    expect(judgeInstanceState('terminated', wanted)).toBe('impossible');
  });

  it.each<[string, InstanceState, string]>([
    ['shutting-down', 'running', 'impossible'],
    ['shutting-down', 'stopped', 'impossible'],
    ['shutting-down', 'terminated', 'look again'],
    ['stopping', 'running', 'look again'],
    ['running', 'pending', 'look again'],
    ['unknown', 'running', 'look again'],
  ])('one that is %s and has to become %s: %s', (seen, wanted, verdict) => {
    expect(judgeInstanceState(seen, wanted)).toBe(verdict);
  });
});
