/** What kind of trouble an AWS error is; whether to try again is decided in activities/failures.ts alone. */
export type FaultKind = 'throttled' | 'unavailable' | 'not running yet' | 'denied' | 'expired' | 'refused' | 'unknown';

export interface Fault {
  readonly kind: FaultKind;
  /** The error's name as the SDK reports it, for example `AccessDenied`; `HTTP 503` where an answer had none. */
  readonly code: string;
}

/**
 * Error names by kind. The services spell throttling differently: ELBv2 says `Throttling`, tagging `ThrottledException`,
 * EC2 `RequestLimitExceeded`. SDK v3 names modelled errors by their shape (`TargetGroupNotFoundException`).
 */
const kinds: Record<Exclude<FaultKind, 'unknown' | 'not running yet'>, readonly string[]> = {
  throttled: [
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
  unavailable: [
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
  denied: [
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'InvalidClientTokenId',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
    'AuthFailure',
    'OptInRequired',
  ],
  expired: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
  refused: [
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
    'InvalidInstanceId',
    'InvalidDocument',
    'InvalidParameters',
    'InvalidCommandId',
    'InvalidNextToken',
    'UnsupportedPlatformType',
    'MissingParameter',
  ],
};

const kindByCode = new Map(
  Object.entries(kinds).flatMap(([kind, codes]) => codes.map((code) => [code, kind as FaultKind] as const)),
);

/** Of Node's sockets, resolver, HTTP parser and TLS. */
const networkCodes =
  /^(ECONN|EPIPE|EPROTO|ETIMEDOUT|EADDRNOTAVAIL|EMFILE|ENFILE|EAI_|ENOTFOUND|EHOST|ENET|HPE_|UND_ERR|ERR_(SOCKET|STREAM|SSL|TLS)|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/;

/** The fault behind an error that an adapter rejected with, or undefined when it is none of AWS's or the network's. */
export function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  if (code === 'InvalidTargetException' && /not in (a|the) running state|not running/i.test(error.message)) {
    return { kind: 'not running yet', code };
  }
  const kind = kindByCode.get(code) ?? (networkCodes.test(code) ? 'unavailable' : kindOfStatus(statusOf(error)));
  return kind && { kind, code: /^Unknown(Error)?$/.test(code) ? `HTTP ${statusOf(error)}` : code };
}

/** The SDK's name for the error or, for one of the network's, Node's code. */
const codeOf = (error: Error): string =>
  'code' in error && (error.name === 'Error' || networkCodes.test(String(error.code)))
    ? String(error.code)
    : error.name;

function kindOfStatus(status: number | undefined): FaultKind | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unavailable' : 'unknown';
}

/** Whether the error says that the thing itself is not there. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TargetGroupNotFoundException' || error.name === 'InvocationDoesNotExist');

/** Whether ELBv2 refused the target as such, which is how it may answer about one that it does not know. */
export const isInvalidTarget = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidTargetException';

/** Whether Systems Manager takes no commands for the instance: its agent has not registered, or the instance does not run. */
export const isNotManaged = (error: unknown): boolean => error instanceof Error && error.name === 'InvalidInstanceId';

function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
