import { z } from 'zod';
import { AwsError } from '../wire/aws-error.js';
import type { Parameters } from '../wire/parameters.js';
import type { Protocol, Result } from '../wire/protocol.js';

/** The AWS services that the simulator has, by the names that journal, faults and throttling use. */
export const serviceNames = ['elbv2', 'autoscaling', 'ec2', 'ssm', 'tagging', 'sts'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Who sent a request, as far as its credentials tell. */
export interface Caller {
  readonly accessKeyId: string | undefined;
  /** Whether the credentials were taken back. */
  readonly isExpired: boolean;
  readonly instanceId: string | undefined;
  readonly account: string;
  /** The region that the request was signed for. */
  readonly region: string;
}

/** What an action did. */
export interface Performed {
  readonly result: Result;
  /** What changed in the world, for the journal; undefined when nothing did. */
  readonly effect?: string;
}

/**
 * One action of one service. Throws `AwsError` to refuse.
 *
 * @param asOf - the time up to which a read knows the world, in milliseconds since the epoch: earlier than now when reads lag.
 */
export type Action = (parameters: Parameters, caller: Caller, asOf: number) => Performed;

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
  perform: (parameters: z.output<Schema>, caller: Caller, asOf: number) => Performed,
): Action {
  return (parameters, caller, asOf) => {
    const read = schema.safeParse(parameters);
    if (!read.success) throw new AwsError(invalidCode, describeIssues(read.error.issues));
    return perform(read.data, caller, asOf);
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
