/** What the API calls the phase of an invocation, and what the invocations of a command amount to. */
import type { Ended, InvocationPhase } from './invocation.js';

/** Statuses as on the wire. Source: SSM API reference, CommandInvocationStatus and StatusDetails. */
export interface CommandStatus {
  readonly status: Ended['status'] | 'Pending' | 'InProgress' | 'Cancelling';
  readonly statusDetails: Ended['statusDetails'] | 'Pending' | 'InProgress' | 'Cancelling';
}

const plain = (status: 'Pending' | 'InProgress' | 'Cancelling' | 'Success' | 'Failed' | 'Cancelled') => ({
  status,
  statusDetails: status,
});

/** The status of one invocation. */
export function invocationStatus(phase: InvocationPhase): CommandStatus {
  switch (phase.kind) {
    case 'pending':
      return plain('Pending');
    case 'running':
    case 'lost':
      return plain(phase.isCancelling ? 'Cancelling' : 'InProgress');
    case 'ended':
      return { status: phase.status, statusDetails: phase.statusDetails };
  }
}

/**
 * The status of a whole command, with MaxErrors 0. Undeliverable invocations only matter when there are no others. Source:
 * Systems Manager user guide, "Understanding command statuses"; what comes first when several differ is assumed.
 */
export function commandStatus(phases: readonly InvocationPhase[]): CommandStatus {
  const statuses = phases.map(invocationStatus);
  const hasStatus = (sought: CommandStatus['status']) => statuses.some(({ status }) => status === sought);
  if (hasStatus('Cancelling')) return plain('Cancelling');
  if (statuses.every(({ status }) => status === 'Pending')) return plain('Pending');
  if (hasStatus('Pending') || hasStatus('InProgress')) return plain('InProgress');
  if (hasStatus('Cancelled')) return plain('Cancelled');
  const delivered = statuses.filter(({ statusDetails }) => statusDetails !== 'Undeliverable');
  if (delivered.length === 0 || delivered.some(({ status }) => status === 'Failed')) return plain('Failed');
  const timedOut =
    delivered.find(({ statusDetails }) => statusDetails === 'ExecutionTimedOut') ??
    delivered.find(({ statusDetails }) => statusDetails === 'DeliveryTimedOut');
  return timedOut ?? plain('Success');
}
