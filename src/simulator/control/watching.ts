import { createRoute, z } from '@hono/zod-openapi';
import { serviceNames } from '../services/service.js';
import { findTargetGroup } from './find.js';
import { journalAnswer, selectEntries } from './journal-answer.js';
import { absent, answers, named, operations, unreadable } from './operation.js';
import { targetHealthAnswer } from './target-group-answer.js';

const tags = ['Watching'];

/** What came in, what changed by itself, and what is left in the token buckets. */
export const watching = operations();

/** How many requests are shown at once, and when nobody says how many. Ours. */
const limits = { largest: 10_000, usual: 1000 } as const;

const wholeNumber = (least: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: 'a whole number' })
    .transform(Number)
    .refine((number) => number >= least, { error: `expected ${least} or more` })
    .openapi({ type: 'integer', minimum: least });

watching.openapi(
  createRoute({
    method: 'get',
    path: '/journal',
    operationId: 'getJournal',
    summary: 'Read the journal: every request to the services, and what became of it',
    description:
      'In order of arrival. Those of the control API are not in it. To read on, give the last `sequence` that you have as `after`.',
    tags,
    request: {
      query: z.strictObject({
        action: z.string().optional().openapi({ example: 'RegisterTargets' }),
        service: z
          .enum([...serviceNames, 'imds', 'unknown'])
          .optional()
          .openapi({ example: 'elbv2' }),
        instanceId: z.string().optional().describe('who asked').openapi({ example: 'i-0123456789abcdef0' }),
        after: wholeNumber(0).optional().openapi({ description: 'only those with a higher `sequence`', example: 0 }),
        limit: wholeNumber(1)
          .optional()
          .openapi({
            description: `how many at most: the first ones with \`after\`, else the latest; default: ${limits.usual}, at most ${limits.largest}`,
            example: 100,
          }),
      }),
    },
    responses: { 200: answers('The requests that match.', z.array(journalAnswer)), ...unreadable },
  }),
  ({ env: { simulator }, req, json }) => {
    const { limit = limits.usual, ...asked } = req.valid('query');
    return json(selectEntries(simulator.journal, asked, Math.min(limit, limits.largest)), 200);
  },
);

const transitionAnswer = named(
  'Transition',
  z.strictObject({
    at: z.number(),
    targetGroupArn: z.string(),
    targetId: z.string(),
    from: targetHealthAnswer,
    to: targetHealthAnswer,
  }),
  {
    at: 1_767_225_605_000,
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/edge/0000000000000001',
    targetId: 'i-0123456789abcdef0',
    from: { state: 'initial', reason: 'Elb.InitialHealthChecking' },
    to: { state: 'healthy' },
  },
);

watching.openapi(
  createRoute({
    method: 'get',
    path: '/transitions',
    operationId: 'listTransitions',
    summary: "List every change of a target's health",
    tags,
    request: {
      query: z.strictObject({
        targetGroup: z.string().optional().describe('name of a group that is there').openapi({ example: 'edge' }),
        targetId: z.string().optional().openapi({ example: 'i-0123456789abcdef0' }),
      }),
    },
    responses: {
      200: answers('Those that match, in order.', z.array(transitionAnswer)),
      ...absent,
      ...unreadable,
    },
  }),
  ({ env: { simulator }, req, json }) => {
    const { targetGroup, targetId } = req.valid('query');
    const arn = targetGroup === undefined ? undefined : findTargetGroup(simulator, targetGroup).arn;
    const matching = simulator.transitions.filter(
      (transition) =>
        (arn === undefined || transition.targetGroupArn === arn) &&
        (targetId === undefined || transition.targetId === targetId),
    );
    return json(matching, 200);
  },
);

watching.openapi(
  createRoute({
    method: 'get',
    path: '/throttling',
    operationId: 'getThrottling',
    summary: 'Read the token buckets',
    tags,
    responses: {
      200: answers(
        'What was left in each bucket when it was last asked, by account, region and name.',
        z.record(z.string(), z.number()),
        { '123456789012/eu-central-1/elbv2Targets': 19 },
      ),
    },
  }),
  ({ env, json }) => json(env.simulator.throttling, 200),
);
