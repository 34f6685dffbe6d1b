import { describe, expect, it } from 'vitest';
import { faultOf, isInvalidTarget, isNotFound } from '../../src/aws/faults.js';
import { awsError } from '../support/fake-aws.js';

describe('what kind of trouble an AWS error is', () => {
  it.each([
    ['Throttling', 'throttled'],
    ['ThrottledException', 'throttled'],
    ['RequestLimitExceeded', 'throttled'],
    ['ServiceUnavailable', 'unavailable'],
    ['TimeoutError', 'unavailable'],
    ['CredentialsProviderError', 'unavailable'],
    ['MalformedAnswer', 'unavailable'],
    ['AccessDenied', 'denied'],
    ['UnauthorizedOperation', 'denied'],
    ['ExpiredToken', 'expired'],
    ['TargetGroupNotFoundException', 'refused'],
    ['InvalidTargetException', 'refused'],
    ['ValidationError', 'refused'],
  ])('%s is %s', (code, kind) => {
    expect(faultOf(awsError(code))).toEqual({ kind, code });
  });

  it('does not need a status: an error that the SDK made up itself has none', () => {
    expect(faultOf(Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' }))).toMatchObject({
      kind: 'unavailable',
    });
  });

  it.each([
    [429, 'throttled'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [400, 'unknown'],
    [403, 'unknown'],
  ])('a name that nobody knows is judged by its status: %i is %s', (status, kind) => {
    expect(faultOf(awsError('Novelty', '', status))).toEqual({ kind, code: 'Novelty' });
  });

  it.each(['Unknown', 'UnknownError'])('an answer without a name, for the SDK %s, has that of its status', (name) => {
    expect(faultOf(awsError(name, name, 503))).toEqual({ kind: 'unavailable', code: 'HTTP 503' });
  });

  it('believes the name before the status: ELBv2 throttles with 400', () => {
    expect(faultOf(awsError('Throttling', '', 400))).toMatchObject({ kind: 'throttled' });
  });

  it.each([
    ["The following targets are not in a running state: 'i-1'", 'not running yet'],
    ["The following targets are not in the running state: 'i-1'", 'not running yet'],
    ['Instance i-1 is not running', 'not running yet'],
    ["The following targets are not in the target group VPC 'vpc-1': 'i-1'", 'refused'],
  ])('an InvalidTarget that says "%s" is %s', (message, kind) => {
    expect(faultOf(awsError('InvalidTargetException', message))).toMatchObject({ kind });
  });
});

describe('what kind of trouble a network error is', () => {
  it.each(
    'ECONNREFUSED ECONNRESET EPIPE EPROTO ETIMEDOUT EADDRNOTAVAIL EMFILE EAI_AGAIN EAI_FAIL ENOTFOUND EHOSTUNREACH ENETDOWN HPE_INVALID_CONSTANT ERR_STREAM_PREMATURE_CLOSE ERR_TLS_CERT_ALTNAME_INVALID CERT_HAS_EXPIRED UNABLE_TO_VERIFY_LEAF_SIGNATURE DEPTH_ZERO_SELF_SIGNED_CERT'.split(
      ' ',
    ),
  )('%s is unavailable', (code) => {
    expect(faultOf(Object.assign(new Error(code), { code }))).toEqual({ kind: 'unavailable', code });
  });

  it('is named by what happened, not by the list that Node wraps it in when a name has several addresses', () => {
    const wrapped = Object.assign(new AggregateError([new Error('::1'), new Error('127.0.0.1')]), {
      code: 'ECONNREFUSED',
    });
    expect(faultOf(wrapped)).toEqual({ kind: 'unavailable', code: 'ECONNREFUSED' });
  });
});

describe('an error that is none of AWS or the network', () => {
  it.each([
    ['a bug of ours', new TypeError('x is not a function')],
    ['a cancellation', new DOMException('Request aborted', 'AbortError')],
    ['a file that is not there', Object.assign(new Error('ENOENT'), { code: 'ENOENT' })],
    ['text', 'Throttling'],
    ['nothing', undefined],
    ['broken metadata', Object.assign(new Error('odd'), { name: 'Odd', $metadata: null })],
  ])('is no fault: %s', (_what, error) => {
    expect(faultOf(error)).toBeUndefined();
  });
});

describe('a thing that is not there', () => {
  it.each([
    ['TargetGroupNotFoundException', true],
    ['InvocationDoesNotExist', true],
    ['InvalidTargetException', false],
    ['AccessDenied', false],
    ['ServiceUnavailable', false],
  ])('I6: is said by %s: %s', (name, notFound) => {
    expect(isNotFound(awsError(name, '', name === 'AccessDenied' ? 404 : 400))).toBe(notFound);
  });

  it('is not said by a status of 404 alone', () => {
    expect(isNotFound(awsError('Novelty', '', 404))).toBe(false);
  });

  it.each([
    ['InvalidTargetException', true],
    ['TargetGroupNotFoundException', false],
  ])('as a target is said by %s: %s', (name, invalid) => {
    expect(isInvalidTarget(awsError(name))).toBe(invalid);
  });
});
