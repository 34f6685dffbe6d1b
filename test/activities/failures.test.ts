import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asStepFailure, asTemporalFailure, fullJitterMs } from '../../src/activities/failures.js';
import { StepFailure } from '../../src/domain/failures.js';
import { randomNumbers } from '../../src/simulator/random.js';
import { awsError } from '../support/fake-aws.js';

/** As a worker would hand it to Temporal. */
function failureFor(error: unknown, attempt = 1): ApplicationFailure {
  const failure = asTemporalFailure(error, 'registerTarget', 'i-1', attempt);
  if (!(failure instanceof ApplicationFailure))
    throw new Error(`expected an ApplicationFailure, found ${failure.name}`);
  return failure;
}

const network = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

/** Every error name that faults.ts knows, and what becomes of it. */
const table: [type: string, decision: 'retryable' | 'final', names: string[]][] = [
  [
    'AwsThrottled',
    'retryable',
    [
      'Throttling',
      'ThrottlingException',
      'ThrottledException',
      'RequestLimitExceeded',
      'RequestThrottled',
      'RequestThrottledException',
      'TooManyRequestsException',
      'EC2ThrottledException',
      'SlowDown',
      'PriorRequestNotComplete',
    ],
  ],
  [
    'AwsUnavailable',
    'retryable',
    [
      'HealthUnavailableException',
      'InternalServerError',
      'InternalServiceException',
      'InternalFailure',
      'InternalError',
      'ServiceUnavailable',
      'ServiceUnavailableException',
      'TimeoutError',
      'RequestTimeout',
      'RequestTimeoutException',
      'PaginationTokenExpiredException',
      'MalformedAnswer',
      'CredentialsProviderError',
    ],
  ],
  [
    'AwsDenied',
    'final',
    [
      'AccessDenied',
      'AccessDeniedException',
      'UnauthorizedOperation',
      'InvalidClientTokenId',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException',
      'AuthFailure',
      'OptInRequired',
    ],
  ],
  ['AwsDenied', 'retryable', ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']],
  [
    'AwsRefused',
    'final',
    [
      'TargetGroupNotFoundException',
      'InvalidTargetException',
      'TooManyTargetsException',
      'TooManyRegistrationsForTargetIdException',
      'ValidationError',
      'ValidationException',
      'InvalidParameterException',
      'InvalidParameterValue',
      'InvalidInstanceID.Malformed',
      'InvalidInstanceID.NotFound',
      'InvalidAction',
      'MissingParameter',
      'SomeErrorThatAwsAddsOneDay',
    ],
  ],
];
const rows = table.flatMap(([type, decision, names]) => names.map((name) => ({ name, type, decision })));

describe('what becomes of an AWS error', () => {
  it.each(rows)('$name becomes $type, $decision', ({ name, type, decision }) => {
    expect(failureFor(awsError(name))).toMatchObject({ type, nonRetryable: decision === 'final' });
  });

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ])('a network that says %s becomes AwsUnavailable, retryable', (code) => {
    expect(failureFor(network(code))).toMatchObject({ type: 'AwsUnavailable', nonRetryable: false });
  });

  it.each([
    [429, 'AwsThrottled', false],
    [500, 'AwsUnavailable', false],
    [503, 'AwsUnavailable', false],
    [400, 'AwsRefused', true],
    [404, 'AwsRefused', true],
  ])('a name that nobody knows is judged by its status: %i becomes %s, final: %s', (status, type, final) => {
    expect(failureFor(awsError('Novelty', '', status))).toMatchObject({ type, nonRetryable: final });
  });

  it('a target that EC2 is still starting becomes TargetNotReady, retryable', () => {
    const error = awsError('InvalidTargetException', "The following targets are not in a running state: 'i-1'");
    expect(failureFor(error)).toMatchObject({ type: 'TargetNotReady', nonRetryable: false });
  });

  it('an error that is none of AWS, such as a bug of ours, becomes Unexpected, and is tried again', () => {
    expect(failureFor(new TypeError('x is not a function'))).toMatchObject({ type: 'Unexpected', nonRetryable: false });
  });

  it.each([['text'], [undefined], [null], [42]])(
    'even %j, thrown by a careless library, becomes a failure',
    (thrown) => {
      expect(failureFor(thrown)).toMatchObject({ type: 'Unexpected' });
    },
  );
});

describe('what a failure says', () => {
  it('names the step, the thing, the error and what to do', () => {
    const error = awsError(
      'AccessDenied',
      'User is not authorized to perform: elasticloadbalancing:RegisterTargets',
      403,
    );
    expect(failureFor(error).message).toBe(
      'registerTarget (i-1): AccessDenied: User is not authorized to perform: elasticloadbalancing:RegisterTargets; ' +
        'check the IAM policy of the role',
    );
  });

  it.each([
    ['nothing', ''],
    ['only its own name', 'Throttling'],
  ])('says the name once when the error says %s', (_what, message) => {
    expect(failureFor(awsError('Throttling', message)).message).toBe('registerTarget (i-1): Throttling');
  });

  it('keeps the original error as its cause', () => {
    const error = awsError('Throttling');
    expect(failureFor(error).cause).toBe(error);
  });

  it("keeps a step's own refusal word for word, with what it saw", () => {
    const refusal = new StepFailure('HealthTimeout', 'never healthy', { final: true, details: { observations: [] } });
    expect(asStepFailure(refusal, 'confirmHealthy', 'i-1')).toBe(refusal);
    expect(failureFor(refusal)).toMatchObject({
      type: 'HealthTimeout',
      message: 'never healthy',
      nonRetryable: true,
      details: [{ observations: [] }],
    });
  });

  it('is benign while it is tried again, so that only what matters alarms', () => {
    expect(failureFor(awsError('Throttling')).category).toBe(ApplicationFailureCategory.BENIGN);
    expect(failureFor(awsError('AccessDenied')).category).not.toBe(ApplicationFailureCategory.BENIGN);
  });
});

describe('a cancellation', () => {
  it('that the SDK reports as AbortError stays a cancellation', () => {
    const aborted = new DOMException('Request aborted', 'AbortError');
    const failure = asTemporalFailure(aborted, 'confirmHealthy', 'i-1', 1);
    expect(failure).toBeInstanceOf(CancelledFailure);
    expect(failure.cause).toBe(aborted);
  });

  it('of Temporal passes as it is', () => {
    const cancelled = new CancelledFailure('CANCELLED');
    expect(asTemporalFailure(cancelled, 'confirmHealthy', 'i-1', 1)).toBe(cancelled);
  });
});

describe('the pause after throttling', () => {
  it('is anywhere up to the doubled interval, so that a fleet does not come back together', () => {
    const attempt = fc.integer({ min: 1, max: 2_000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(attempt, random, (number, share) => {
        const pauseMs = fullJitterMs(number, () => share);
        expect(pauseMs).toBeGreaterThanOrEqual(100);
        expect(pauseMs).toBeLessThanOrEqual(Math.min(1_000 * 2 ** (number - 1), 12_000));
      }),
    );
  });

  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 12_000],
    [60, 12_000],
  ])('after attempt %i reaches up to %i ms', (attempt, ceiling) => {
    expect(fullJitterMs(attempt, () => 0.5)).toBe(ceiling / 2);
  });

  it.each([1, 2, 3, 5, 6, 20])('after attempt %i is as likely to be anything below its ceiling', (attempt) => {
    const random = randomNumbers(attempt);
    const ceiling = Math.min(1_000 * 2 ** (attempt - 1), 12_000);
    const tenths = Array<number>(10).fill(0);
    for (let agent = 0; agent < 10_000; agent++) {
      const pauseMs = fullJitterMs(attempt, random);
      const tenth = Math.min(Math.floor((pauseMs / ceiling) * 10), 9);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // The shortest pause is 100 ms, which is a tenth of the first ceiling.
    const fair = attempt === 1 ? tenths.slice(2) : tenths;
    expect(Math.min(...fair)).toBeGreaterThan(850);
    expect(Math.max(...fair)).toBeLessThan(1_150);
  });

  it('does not let a fleet of 1,000, throttled in the same moment, come back in step', () => {
    const random = randomNumbers(7);
    let arrivals = Array<number>(1_000).fill(0);
    const busiestQuarters = [1, 2, 3, 4].map((attempt) => {
      arrivals = arrivals.map((at) => at + fullJitterMs(attempt, random));
      return busiest(arrivals, 250);
    });
    // Without jitter it would be all 1,000, every time.
    [400, 200, 120, 80].forEach((most, index) => expect(busiestQuarters[index]).toBeLessThan(most));
  });

  it('is set on throttling alone: every other failure follows the retry policy', () => {
    expect(failureFor(awsError('Throttling'), 3).nextRetryDelay).toBeTypeOf('number');
    expect(failureFor(awsError('ServiceUnavailable', '', 503), 3).nextRetryDelay).toBeUndefined();
  });
});

/** How many arrivals fall into the busiest window of that length. */
const busiest = (arrivals: readonly number[], windowMs: number): number =>
  Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + windowMs).length));

describe('a failure in the history', () => {
  it('has no stack, nor has its cause: it would say where this program was built', () => {
    const { stack, cause } = failureFor(awsError('AccessDenied', 'no'));
    expect([stack, cause?.stack]).toEqual(['', '']);
  });

  it('keeps its stack where nobody foresaw it', () => {
    expect(failureFor(new TypeError('x is undefined')).stack).toContain('failures.test.ts');
  });
});
