import { z } from '@hono/zod-openapi';
import { named } from './operation.js';

const count = z.int().min(0);

const targetFlows = z.strictObject({
  targetId: z.string(),
  active: count.describe('open now; those that fell silent for a while included'),
  opened: count.describe('first sent here'),
  finished: count,
  movedAway: count,
  movedHere: count,
  cut: count,
});

const flowRecord = z.strictObject({
  tuple: z.strictObject({
    protocol: z.enum(['tcp', 'udp']),
    sourceIp: z.string(),
    sourcePort: z.int(),
    destinationIp: z.string(),
    destinationPort: z.int(),
  }),
  openedAt: z.number(),
  endedAt: z.number(),
  targets: z.array(z.string()).describe('ids of the targets that it went to, in order'),
  outcome: z.enum(['moved', 'cut', 'refused']),
  because: z
    .enum(['process gone', 'instance not running', 'not in use', 'target group deleted', 'no target'])
    .optional(),
});

/** What the control API says of the flows of a target group. */
export const flowReportAnswer = named(
  'FlowReport',
  z.strictObject({
    opened: count.describe('the sum of the others'),
    active: count,
    finished: count.describe('on the target where they began'),
    moved: count.describe('on another target, to which they were rehashed'),
    cut: count.describe('before their end'),
    refused: count.describe('found no target at all'),
    targets: z.array(targetFlows),
    records: z.array(flowRecord).describe('the latest of those that did not end where they began'),
  }),
  {
    opened: 812,
    active: 79,
    finished: 731,
    moved: 0,
    cut: 2,
    refused: 0,
    targets: [
      { targetId: 'i-0123456789abcdef0', active: 79, opened: 812, finished: 731, movedAway: 0, movedHere: 0, cut: 2 },
    ],
    records: [
      {
        tuple: {
          protocol: 'tcp',
          sourceIp: '10.200.0.17',
          sourcePort: 40_112,
          destinationIp: '198.51.100.12',
          destinationPort: 443,
        },
        openedAt: 1_767_225_655_120,
        endedAt: 1_767_225_660_000,
        targets: ['i-0123456789abcdef0'],
        outcome: 'cut',
        because: 'process gone',
      },
    ],
  },
);
