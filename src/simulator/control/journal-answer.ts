import { z } from '@hono/zod-openapi';
import type { JournalEntry } from '../journal.js';
import { serviceNames } from '../services/service.js';
import { named } from './operation.js';

/** What the control API says of a request. */
export const journalAnswer = named(
  'JournalEntry',
  z.strictObject({
    sequence: z.int().describe('counted from 1'),
    at: z.number().describe('simulated time, in milliseconds since the epoch'),
    wallAt: z.number().describe('time on the wall'),
    service: z.enum([...serviceNames, 'imds', 'unknown']),
    action: z
      .string()
      .describe('such as RegisterTargets; GetToken and GetMetadata for IMDS; empty when there was none'),
    parameters: z.record(z.string(), z.unknown()),
    instanceId: z.string().optional().describe('who asked, when credentials or the IMDS listener tell'),
    attempt: z.int().optional().describe('which attempt the SDK says that this is'),
    outcome: z.strictObject({
      status: z.int().optional().describe('HTTP status; left out when no answer was sent'),
      code: z.string().optional().describe('error code, of AWS or of a fault'),
      fault: z.string().optional().describe('kind of the fault that was made'),
      throttled: z.boolean().optional().describe('whether a token bucket was empty'),
    }),
    effect: z.string().optional().describe('what changed in the world'),
  }),
  {
    sequence: 1,
    at: 1_767_225_600_000,
    wallAt: 1_767_225_600_000,
    service: 'elbv2',
    action: 'RegisterTargets',
    parameters: {
      TargetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/edge/0000000000000001',
      Targets: [{ Id: 'i-0123456789abcdef0' }],
    },
    instanceId: 'i-0123456789abcdef0',
    attempt: 1,
    outcome: { status: 200 },
    effect: 'registered i-0123456789abcdef0 with edge',
  },
);

/** Which requests somebody asks for; undefined for any. */
export interface JournalQuery {
  readonly action?: string | undefined;
  readonly service?: JournalEntry['service'] | undefined;
  readonly instanceId?: string | undefined;
  readonly after?: number | undefined;
}

/** The entries that match, in order: the first ones after `after`, or without it the latest. */
export function selectEntries(
  entries: readonly JournalEntry[],
  query: JournalQuery,
  limit: number,
): z.output<typeof journalAnswer>[] {
  const { action, service, instanceId, after } = query;
  const matching = entries.filter(
    (entry) =>
      entry.sequence > (after ?? 0) &&
      (action === undefined || entry.action === action) &&
      (service === undefined || entry.service === service) &&
      (instanceId === undefined || entry.instanceId === instanceId),
  );
  return after === undefined ? matching.slice(-limit) : matching.slice(0, limit);
}
