import { z } from 'zod';
import { AwsError } from '../../wire/aws-error.js';
import type { Action, Caller, Performed } from '../service.js';
import { action } from '../service.js';

/** What EC2 calls parameters of the wrong shape. */
export const invalidParameter = 'InvalidParameterValue';

const flag = z.object({ DryRun: z.enum(['true', 'false']).optional() });

/**
 * An EC2 action that changes something. `check` throws `AwsError` when the request must be refused, and returns what carries it
 * out: with `DryRun` that is left undone, and the caller gets DryRunOperation, 412. So a dry run of a request that would fail
 * fails like it; of AWS only the check of permissions is documented, see `DryRun` of any EC2 action.
 */
export function mutation<Schema extends z.ZodType>(
  schema: Schema,
  check: (parameters: z.output<Schema>, caller: Caller, asOf: number) => () => Performed,
): Action {
  return (parameters, caller, asOf) => {
    const isDryRun = readFlag(parameters);
    const perform = action(invalidParameter, schema, (...request) => {
      const carryOut = check(...request);
      if (isDryRun) throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      return carryOut();
    });
    return perform(parameters, caller, asOf);
  };
}

/** An EC2 action that changes nothing. `DryRun` is as with `mutation`. */
export const description = <Schema extends z.ZodType>(
  schema: Schema,
  perform: (parameters: z.output<Schema>, caller: Caller, asOf: number) => Performed,
): Action =>
  mutation(schema, (...request) => {
    const performed = perform(...request);
    return () => performed;
  });

function readFlag(parameters: unknown): boolean {
  const read = flag.safeParse(parameters);
  if (read.success) return read.data.DryRun === 'true';
  throw new AwsError(invalidParameter, 'Invalid value for parameter dryRun. Expecting true or false.');
}
