import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ShutdownRequest } from '../domain/input.js';
import type { Status } from '../domain/status.js';

/** Ends every wait of a shutdown at once. The payload is optional: a reason as text, or `{"reason": text}`. */
export const forceShutdown = defineSignal<[unknown?]>('forceShutdown');

/** Another trigger for a shutdown that already runs: noted in the receipt, and its drain period counts if it ends sooner. */
export const requestShutdown = defineSignal<[ShutdownRequest]>('requestShutdown');

/** Where the life stands now. Needs a worker on the cluster's queue to answer. */
export const status = defineQuery<Status>('status');
