/** The filters of ListCommands and ListCommandInvocations. Source: SSM API reference, CommandFilter. */
import { z } from 'zod';
import type { CommandStatus } from '../../world/commands/command-status.js';
import type { Command } from '../../world/commands/command.js';
import { AwsError } from '../../wire/aws-error.js';
import { validationException } from './validation.js';

/** What the filters of a request may look like. Their members are not capitalised. */
export const filtersParameter = z
  .array(
    z.object({
      key: z.enum(['InvokedAfter', 'InvokedBefore', 'Status', 'ExecutionStage', 'DocumentName']),
      value: z.string().min(1).max(128),
    }),
  )
  .min(1)
  .max(5)
  .optional();

const statusesOfBoth = [
  'Pending',
  'InProgress',
  'Success',
  'Cancelled',
  'Failed',
  'TimedOut',
  'AccessDenied',
  'DeliveryTimedOut',
  'ExecutionTimedOut',
];
const statuses = {
  commands: [...statusesOfBoth, 'Incomplete', 'NoInstancesInTag', 'LimitExceeded'],
  invocations: [...statusesOfBoth, 'Delayed', 'Undeliverable', 'InvalidPlatform', 'Terminated'],
};
const completedStatuses: readonly CommandStatus['status'][] = ['Success', 'Failed', 'Cancelled', 'TimedOut'];

/** What a filter looks at. */
type Filter = (command: Command, status: CommandStatus) => boolean;

/**
 * Reads the filters of one of the lists; all have to pass.
 *
 * @throws `AwsError` InvalidFilterKey for a key that this list does not have, ValidationException for a value that is none.
 */
export function parseFilters(filters: z.output<typeof filtersParameter> = [], of: keyof typeof statuses): Filter {
  const parsed = filters.map(({ key, value }) => parseFilter(key, value, of));
  return (command, status) => parsed.every((passes) => passes(command, status));
}

function parseFilter(
  key: NonNullable<z.output<typeof filtersParameter>>[number]['key'],
  value: string,
  of: keyof typeof statuses,
): Filter {
  switch (key) {
    case 'InvokedAfter': {
      const from = parseTime(value);
      return ({ requestedAt }) => requestedAt >= from;
    }
    case 'InvokedBefore': {
      const until = parseTime(value);
      return ({ requestedAt }) => requestedAt < until;
    }
    case 'Status':
      if (!statuses[of].includes(value)) throw invalidValue(value);
      return (_command, { status, statusDetails }) => status === value || statusDetails === value;
    case 'DocumentName':
      return ({ documentName }) => documentName === value;
    case 'ExecutionStage':
      if (of !== 'commands') throw new AwsError('InvalidFilterKey', `The filter key ${key} is not valid`);
      if (value !== 'Executing' && value !== 'Complete') throw invalidValue(value);
      return (_command, { status }) => completedStatuses.includes(status) === (value === 'Complete');
  }
}

/** @returns milliseconds since the epoch. */
function parseTime(value: string): number {
  const at = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) throw invalidValue(value);
  return at;
}

const invalidValue = (value: string) => new AwsError(validationException, `The filter value '${value}' is not valid`);
