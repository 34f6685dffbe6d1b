import { describe, expect, it } from 'vitest';
import { lastFailureOf } from '../../src/temporal/pending.js';

const failing = (message: string, type = 'AwsThrottled') =>
  lastFailureOf({
    activityType: { name: 'deregisterTarget' },
    attempt: 5,
    lastFailure: { message, applicationFailureInfo: { type } },
  });

describe('the last failure of a step that is tried again', () => {
  it('has the step once, and the stable type', () => {
    expect(failing('deregisterTarget (i-1 in fw): Throttling: Rate exceeded')).toBe(
      'deregisterTarget, attempt 5: AwsThrottled: i-1 in fw: Throttling: Rate exceeded',
    );
  });

  it('is said whole where it begins otherwise', () => {
    expect(failing('target i-1 is initial', 'TargetNotReady')).toBe(
      'deregisterTarget, attempt 5: TargetNotReady: target i-1 is initial',
    );
    expect(lastFailureOf(undefined)).toBeNull();
  });
});
