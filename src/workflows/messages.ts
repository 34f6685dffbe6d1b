import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ExtendDrain, ShutdownRequest } from '../domain/input.js';
import type { DrainExtended, Status } from '../domain/status.js';
import type { Verification } from '../domain/verification.js';

/** Ends every wait of a shutdown at once. The payload is optional: a reason as text, or `{"reason": text}`. */
export const forceShutdown = defineSignal<[unknown?]>('forceShutdown');

/** Another trigger for a shutdown that already runs: noted in the receipt, and its drain period counts if it ends sooner. */
export const requestShutdown = defineSignal<[ShutdownRequest]>('requestShutdown');

/**
 * Gives the flows of a draining target more time. Answered once it is in force, or refused: while the target does not drain,
 * and where it would drain for longer than AWS lets it or than the workflow may run.
 */
export const extendDrain = defineUpdate<DrainExtended, [ExtendDrain]>('extendDrain');

/** Where the life stands now. Needs a worker on the cluster's queue to answer. */
export const status = defineQuery<Status>('status');

/** What a verification has found so far. Needs a worker on the cluster's queue to answer. */
export const verification = defineQuery<Verification>('verification');
