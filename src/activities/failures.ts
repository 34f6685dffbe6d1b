import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { faultOf } from '../aws/faults.js';
import type { Fault, FaultKind } from '../aws/faults.js';
import { StepFailure } from '../domain/failures.js';
import type { FailureType } from '../domain/failures.js';
import { awsRetry, throttledMaximumMs } from '../domain/timings.js';

/** The only place that decides what is tried again and what is final. */
const decisions: Record<FaultKind, { type: FailureType; final: boolean; hint?: string }> = {
  throttled: { type: 'AwsThrottled', final: false },
  unavailable: { type: 'AwsUnavailable', final: false },
  'not running yet': { type: 'TargetNotReady', final: false },
  expired: { type: 'AwsDenied', final: false, hint: 'the credentials expired; is their source renewed?' },
  denied: { type: 'AwsDenied', final: true, hint: 'check the IAM policy of the role' },
  refused: { type: 'AwsRefused', final: true },
  unknown: { type: 'AwsRefused', final: true },
};

/** Whatever a step rejected with, as a StepFailure that says which step on which thing. */
export function asStepFailure(error: unknown, step: string, subject: string): StepFailure {
  if (error instanceof StepFailure) return error;
  const fault = faultOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (fault === undefined) {
    return new StepFailure('Unexpected', `${step} (${subject}): ${message}`, { final: false, cause: error });
  }
  return new StepFailure(decisions[fault.kind].type, sayFault(fault, message, step, subject), {
    final: decisions[fault.kind].final,
    cause: error,
  });
}

function sayFault(fault: Fault, message: string, step: string, subject: string): string {
  const { hint } = decisions[fault.kind];
  const said = saysNothing(message) || message === fault.code ? fault.code : `${fault.code}: ${message}`;
  return `${step} (${subject}): ${said}${hint === undefined ? '' : `; ${hint}`}`;
}

/** Nor does what the SDK makes of an answer without a body. */
const saysNothing = (message: string): boolean => /^(Unknown(Error)?)?$/.test(message);

/** As Temporal has to hear it. A cancellation stays one. */
export function asTemporalFailure(error: unknown, step: string, subject: string, attempt: number): Error {
  if (error instanceof CancelledFailure) return error;
  if (error instanceof Error && error.name === 'AbortError') return new CancelledFailure('cancelled', [], error);
  const failure = asStepFailure(error, step, subject);
  const told = ApplicationFailure.create({
    type: failure.type,
    message: failure.message,
    nonRetryable: failure.final,
    ...(failure.details === undefined ? {} : { details: [failure.details] }),
    ...(failure.type === 'AwsThrottled' ? { nextRetryDelay: fullJitterMs(attempt) } : {}),
    ...(failure.final ? {} : { category: ApplicationFailureCategory.BENIGN }),
    ...(failure.cause instanceof Error ? { cause: failure.cause } : {}),
  });
  return failure.type === 'Unexpected' ? told : withoutStack(told);
}

/** In the Web UI a stack stands above everything, and says where this program was built. Only what nobody foresaw keeps it. */
function withoutStack<T extends Error>(error: T): T {
  error.stack = '';
  if (error.cause instanceof Error) withoutStack(error.cause);
  return error;
}

/** Anywhere up to the doubled interval, so that a fleet which was throttled together does not come back together. */
export function fullJitterMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(awsRetry.initialMs * 2 ** (attempt - 1), throttledMaximumMs);
  return Math.max(Math.round(random() * ceiling), 100);
}

/** What a step is about, for its failures. */
export function subjectOf(input: unknown): string {
  const { instanceId, instance, target, targetGroupArn, cluster } = input as {
    instanceId?: string;
    instance?: { instanceId: string };
    target?: { id: string };
    targetGroupArn?: string;
    cluster?: string;
  };
  return instanceId ?? instance?.instanceId ?? target?.id ?? targetGroupArn ?? cluster ?? 'unknown instance';
}
