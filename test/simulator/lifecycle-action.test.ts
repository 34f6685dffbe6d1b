import { describe, expect, it } from 'vitest';
import type { HookOrder, LifecycleHook, Wait } from '../../src/simulator/world/auto-scaling/lifecycle-action.js';
import {
  ended,
  expiresAt,
  lifecycleHook,
  nextToExpire,
  waitFor,
} from '../../src/simulator/world/auto-scaling/lifecycle-action.js';

const hook = (name: string, heartbeatTimeoutSeconds = 60): LifecycleHook =>
  lifecycleHook.parse({ name, transition: 'autoscaling:EC2_INSTANCE_TERMINATING', heartbeatTimeoutSeconds });

function aWait(order: HookOrder, ...hooks: LifecycleHook[]) {
  let made = 0;
  const newToken = () => `token-${(made += 1)}`;
  const wait = waitFor(hooks, 0, order, newToken);
  const end = (of: Wait, token: string, result: 'CONTINUE' | 'ABANDON', now: number) =>
    ended(of, token, result, now, newToken);
  return { wait, end };
}

const names = (wait: Wait | string | undefined) =>
  typeof wait === 'object' ? wait.actions.map(({ hook: { name }, startedAt }) => `${name}@${startedAt}`) : wait;

describe('a wait', () => {
  it('is none without hooks', () => {
    expect(aWait('together').wait).toBeUndefined();
  });

  it('starts all hooks together, and is over when the last one continued', () => {
    const { wait, end } = aWait('together', hook('one'), hook('other'));
    expect(names(wait)).toEqual(['one@0', 'other@0']);
    const rest = wait && end(wait, 'token-1', 'CONTINUE', 5);
    expect(names(rest)).toEqual(['other@0']);
    expect(typeof rest === 'object' && end(rest, 'token-2', 'CONTINUE', 6)).toBe('CONTINUE');
  });

  it('can start hooks one by one, each with its time from then on', () => {
    const { wait, end } = aWait('one-by-one', hook('one'), hook('other'));
    expect(names(wait)).toEqual(['one@0']);
    const rest = wait && end(wait, 'token-1', 'CONTINUE', 5);
    expect(names(rest)).toEqual(['other@5']);
    expect(typeof rest === 'object' && end(rest, 'token-2', 'CONTINUE', 6)).toBe('CONTINUE');
  });

  it.each(['together', 'one-by-one'] as const)('is over when one hook abandons: %s', (order) => {
    const { wait, end } = aWait(order, hook('one'), hook('other'));
    expect(wait && end(wait, 'token-1', 'ABANDON', 5)).toBe('ABANDON');
  });

  it('expires hook by hook, the shortest first, and of equal ones the first', () => {
    const { wait } = aWait('together', hook('long', 120), hook('one', 60), hook('other', 60));
    const first = wait && nextToExpire(wait);
    expect(first?.hook.name).toBe('one');
    expect(first && expiresAt(first)).toBe(60_000);
  });
});
