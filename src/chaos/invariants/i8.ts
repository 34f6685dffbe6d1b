import type { Evidence } from '../evidence.js';
import { sayAt } from '../reading.js';

/** **I8** One owner of retries: the SDK's clients make one attempt, Temporal's policies do the rest. */
export const i8 = (evidence: Evidence): string[] =>
  evidence.requests
    .filter(({ attempt = 1 }) => attempt > 1)
    .map(
      ({ action, at, attempt }) =>
        `${action} at ${sayAt(evidence, at)} was attempt ${String(attempt)} of the SDK, expected 1`,
    );
