import { z } from 'zod';
import { AwsError } from '../wire/aws-error.js';
import type { Parameters } from '../wire/parameters.js';
import type { Protocol, Result } from '../wire/protocol.js';

/** Services that the simulator has, and the instance metadata that is asked for in the same journal. */
export type ServiceName = 'elbv2' | 'ec2' | 'tagging' | 'sts';

/** Who sent a request, as far as its credentials tell. */
export interface Caller {
  readonly accessKeyId: string | undefined;
  readonly instanceId: string | undefined;
}

/** What an action did. */
export interface Performed {
  readonly result: Result;
  /** What changed in the world, for the journal; undefined when nothing did. */
  readonly effect?: string;
}

/** One action of one service. Throws `AwsError` to refuse. */
export type Action = (parameters: Parameters, caller: Caller) => Performed;

/** One AWS service: how to tell that it is meant, how it speaks, what it can do. */
export interface Service {
  readonly name: ServiceName;
  /** API version of a query service, or the prefix of X-Amz-Target of a JSON service. */
  readonly identity: string;
  readonly protocol: Protocol;
  /** The code and message for an action that is not there. */
  readonly unknownAction: (action: string) => AwsError;
  readonly actions: ReadonlyMap<string, Action>;
}

/**
 * An action that only sees parameters of the right shape.
 *
 * @param invalidCode - what the service calls parameters of the wrong one, such as `ValidationError`.
 */
export function action<Schema extends z.ZodType>(
  invalidCode: string,
  schema: Schema,
  perform: (parameters: z.output<Schema>, caller: Caller) => Performed,
): Action {
  return (parameters, caller) => {
    const read = schema.safeParse(parameters);
    if (!read.success) throw new AwsError(invalidCode, describeIssues(read.error.issues));
    return perform(read.data, caller);
  };
}

function describeIssues(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  const described = issues.map(({ path, message }) => `Value at '${path.map(String).join('.')}' failed: ${message}`);
  return `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected: ${described.join('; ')}`;
}

/** A list parameter, which a query protocol sends as the empty string when it is empty. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .literal('')
    .transform((): z.output<Item>[] => [])
    .or(z.array(item))
    .optional();
