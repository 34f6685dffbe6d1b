import { z } from 'zod';
import type { Parameter } from './wire/parameters.js';
import { textsIn } from './wire/parameters.js';

const matching = {
  /** `elbv2`, `ec2`, `tagging`, `sts` or `imds`. */
  service: z.enum(['elbv2', 'ec2', 'tagging', 'sts', 'imds']).optional(),
  /** Such as `RegisterTargets`; `GetToken` and `GetMetadata` for IMDS. */
  action: z.string().optional(),
  /** An ARN, an instance id, an IMDS path: any text among the parameters. */
  resource: z.string().optional(),
  /** Whose requests: the instance that sends them. */
  instanceId: z.string().optional(),
  /** The first matching request to hit, counted from 1. @default 1 */
  nth: z.int().min(1).optional(),
  /** How many matching requests to hit from there on. @default 1 with `nth`, else all */
  count: z.int().min(1).optional(),
};

/** What can be wrong, checked as it comes from a test or over HTTP. */
export const faultRule = z.discriminatedUnion('kind', [
  z.strictObject({
    ...matching,
    kind: z.literal('error'),
    code: z.string(),
    status: z.int().min(300).max(599).default(400),
    message: z.string().default('Simulated fault'),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  z.strictObject({ ...matching, kind: z.literal('status'), status: z.int().min(200).max(599) }),
  z.strictObject({ ...matching, kind: z.literal('latency'), ms: z.number().min(0) }),
  z.strictObject({
    ...matching,
    kind: z.enum(['hang', 'resetBefore', 'resetAfter', 'emptyBody', 'html502', 'truncatedBody']),
  }),
]);

/**
 * A rule for what goes wrong:
 * - `error` an error of the service's protocol; `status` a bare HTTP status; `html502` an answer of some proxy in between
 * - `latency` the answer comes `ms` of simulated time late, after the effect
 * - `hang` no answer and no effect; the connection stays open
 * - `resetBefore` the connection breaks before the effect; `resetAfter` after it, so that the reply is lost
 * - `emptyBody` status 200 and nothing else, `truncatedBody` half of the answer: both after the effect
 */
export type FaultRule = z.input<typeof faultRule>;

/** A rule that was read, with its defaults. */
export type Fault = z.output<typeof faultRule>;

/** Whether a request takes effect although this fault hits it. */
export function takesEffect(fault: Fault | undefined): boolean {
  if (!fault) return true;
  return ['latency', 'resetAfter', 'emptyBody', 'truncatedBody'].includes(fault.kind);
}

/** What rules look at. */
export interface FaultSubject {
  readonly service: string;
  readonly action: string;
  readonly parameters: Parameter;
  readonly instanceId: string | undefined;
}

/** The rules in force. Of several that hit a request the one that was added first wins. */
export class Faults {
  #rules: { readonly fault: Fault; seen: number }[] = [];

  /** @throws `ZodError` when the rule is none. */
  add(rule: FaultRule): void {
    this.#rules.push({ fault: faultRule.parse(rule), seen: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that hits this request. Counts the request for every rule that it matches. */
  next(subject: FaultSubject): Fault | undefined {
    const matched = this.#rules.filter(({ fault }) => isAbout(fault, subject));
    for (const rule of matched) rule.seen += 1;
    return matched.find(({ fault, seen }) => {
      const first = fault.nth ?? 1;
      const last = first - 1 + (fault.count ?? (fault.nth === undefined ? Infinity : 1));
      return seen >= first && seen <= last;
    })?.fault;
  }
}

function isAbout(fault: Fault, subject: FaultSubject): boolean {
  if (fault.service !== undefined && fault.service !== subject.service) return false;
  if (fault.action !== undefined && fault.action !== subject.action) return false;
  if (fault.instanceId !== undefined && fault.instanceId !== subject.instanceId) return false;
  return fault.resource === undefined || textsIn(subject.parameters).includes(fault.resource);
}
