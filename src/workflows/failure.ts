import { ActivityFailure, ApplicationFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow';
import { failureTypes } from '../domain/failures.js';
import type { FailureType } from '../domain/failures.js';

/** What a step failed with, in our own terms. */
export interface Failure {
  readonly type: FailureType | 'Cancelled';
  readonly message: string;
  readonly details: unknown;
}

export function failureOf(error: unknown): Failure {
  if (isCancellation(error)) return { type: 'Cancelled', message: 'cancelled', details: undefined };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const type = failureTypes.find((name) => name === cause.type) ?? 'Unexpected';
    return { type, message: cause.message, details: cause.details?.[0] };
  }
  const step = error instanceof ActivityFailure ? `${error.activityType}: ` : '';
  if (cause instanceof TimeoutFailure) {
    const last = cause.cause instanceof Error ? `; last failure: ${cause.cause.message}` : '';
    return {
      type: 'Unexpected',
      message: `${step}${cause.timeoutType} timeout${last}`,
      details: cause.lastHeartbeatDetails,
    };
  }
  return {
    type: 'Unexpected',
    message: step + (cause instanceof Error ? cause.message : String(cause)),
    details: undefined,
  };
}

/** The timeout that a step ended with, if nobody finished it in time. */
export const timeoutIn = (error: unknown): TimeoutFailure | undefined =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure ? error.cause : undefined;
