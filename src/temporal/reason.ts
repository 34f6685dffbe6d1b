import { withRemedy } from '../domain/grpc-status.js';

/** What happened, and what to do where that is known, by the error that Temporal's client wrapped where it did. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ServiceError' && error.cause instanceof Error)
    return withRemedy(`${error.message}: ${error.cause.message}`);
  // What gRPC says itself begins with its code, as "5 NOT_FOUND: ".
  if ('details' in error && typeof error.details === 'string') return withRemedy(error.details);
  return error.name === 'NamespaceNotFoundError' ? withRemedy(error.message) : error.message;
}

/** What it wraps, alone. */
export const innerReasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : reasonOf(error);
