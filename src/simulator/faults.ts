import { z } from 'zod';
import type { Clock } from './clock.js';
import { randomNumbers } from './random.js';
import { serviceNames } from './services/service.js';
import type { Parameter } from './wire/parameters.js';
import { textsIn } from './wire/parameters.js';

const matching = {
  service: z.enum([...serviceNames, 'imds']).optional(),
  action: z.string().optional().describe('such as RegisterTargets; GetToken and GetMetadata for IMDS'),
  resource: z.string().optional().describe('an ARN, an instance id, an IMDS path: any text among the parameters'),
  instanceId: z.string().optional().describe('whose requests: the instance that sends them'),
  window: z
    .strictObject({ afterSeconds: z.number().min(0).default(0), forSeconds: z.number().min(0) })
    .optional()
    .describe('simulated time, counted from when the rule is added; default: always'),
  probability: z.number().min(0).max(1).optional().describe('share of the matching requests that count; default: 1'),
  seed: z.int().optional().describe('of the dice that probability needs; default: 1'),
  nth: z.int().min(1).optional().describe('the first counting request to hit, from 1; default: 1'),
  count: z.int().min(1).optional().describe('how many to hit from there on; default: 1 with nth, else all'),
};

const retryAfterSeconds = z.int().min(0).optional().describe('a Retry-After header');
const seconds = z.number().min(0);

/** What can be wrong, checked as it comes from a test, a scenario or over HTTP. */
export const faultRule = z.discriminatedUnion('kind', [
  z.strictObject({
    ...matching,
    kind: z.literal('error'),
    code: z.string(),
    status: z.int().min(300).max(599).default(400),
    message: z.string().default('Simulated fault'),
    retryAfterSeconds,
  }),
  z.strictObject({ ...matching, kind: z.literal('status'), status: z.int().min(200).max(599), retryAfterSeconds }),
  z.strictObject({ ...matching, kind: z.literal('html502'), retryAfterSeconds }),
  z.strictObject({ ...matching, kind: z.literal('latency'), ms: z.number().min(0) }),
  z.strictObject({ ...matching, kind: z.literal('staleRead'), seconds }),
  z.strictObject({ ...matching, kind: z.literal('dateSkew'), seconds: z.number().min(-1e9).max(1e9) }),
  z.strictObject({
    ...matching,
    kind: z.enum(['hang', 'resetBefore', 'resetAfter', 'emptyBody', 'truncatedBody']),
  }),
]);

/**
 * A rule for what goes wrong:
 * - `error` an error of the service's protocol; `status` a bare HTTP status; `html502` an answer of some proxy in between
 * - `latency` the answer comes `ms` of simulated time late, after the effect
 * - `staleRead` a Describe or Get call answers from the world as it was `seconds` ago
 * - `dateSkew` the Date header is off by `seconds`, after the effect
 * - `hang` no answer and no effect; the connection stays open: a black hole
 * - `resetBefore` the connection breaks before the effect; `resetAfter` after it, so that the reply is lost
 * - `emptyBody` status 200 and nothing else, `truncatedBody` half of the answer: both after the effect
 */
export type FaultRule = z.input<typeof faultRule>;

/** A rule that was read, with its defaults. */
export type Fault = z.output<typeof faultRule>;

/** Kinds that change the answer and not what was done. */
const afterEffect: readonly Fault['kind'][] = [
  'latency',
  'staleRead',
  'dateSkew',
  'resetAfter',
  'emptyBody',
  'truncatedBody',
];

/** Whether a request takes effect although this fault hits it. */
export const takesEffect = (fault: Fault | undefined): boolean => !fault || afterEffect.includes(fault.kind);

/** What rules look at. */
export interface FaultSubject {
  readonly service: string;
  readonly action: string;
  readonly parameters: Parameter;
  readonly instanceId: string | undefined;
}

interface Rule {
  readonly fault: Fault;
  readonly from: number;
  readonly until: number;
  readonly random: () => number;
  counted: number;
}

/** The rules in force. Of several that hit a request the one that was added first wins. */
export class Faults {
  readonly #clock: Clock;
  #rules = new Map<string, Rule>();
  #added = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns its id, to take it away again. @throws `ZodError` when the rule is none. */
  add(rule: FaultRule): string {
    const fault = faultRule.parse(rule);
    const { window, seed = 1 } = fault;
    const from = window ? this.#clock.now() + window.afterSeconds * 1000 : -Infinity;
    const until = window ? from + window.forSeconds * 1000 : Infinity;
    const id = `fault-${++this.#added}`;
    this.#rules.set(id, { fault, from, until, random: randomNumbers(seed), counted: 0 });
    return id;
  }

  /** The rules in force and those whose time is over, by id. */
  get all(): ReadonlyMap<string, Fault> {
    return new Map([...this.#rules].map(([id, { fault }]) => [id, fault]));
  }

  /** @returns false when there is no such rule. */
  remove(id: string): boolean {
    return this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The fault that hits this request. Counts the request for every rule that it matches. */
  next(subject: FaultSubject): Fault | undefined {
    const now = this.#clock.now();
    const counting = [...this.#rules.values()].filter(
      ({ fault, from, until, random }) =>
        now >= from &&
        now < until &&
        isAbout(fault, subject) &&
        (fault.probability === undefined || random() < fault.probability),
    );
    for (const rule of counting) rule.counted += 1;
    return counting.find(({ fault, counted }) => {
      const first = fault.nth ?? 1;
      const last = first - 1 + (fault.count ?? (fault.nth === undefined ? Infinity : 1));
      return counted >= first && counted <= last;
    })?.fault;
  }
}

function isAbout(fault: Fault, subject: FaultSubject): boolean {
  if (fault.service !== undefined && fault.service !== subject.service) return false;
  if (fault.action !== undefined && fault.action !== subject.action) return false;
  if (fault.instanceId !== undefined && fault.instanceId !== subject.instanceId) return false;
  return fault.resource === undefined || textsIn(subject.parameters).includes(fault.resource);
}
