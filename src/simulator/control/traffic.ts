import { createRoute } from '@hono/zod-openapi';
import { trafficOptions } from '../flows/traffic.js';
import { findTargetGroup } from './find.js';
import { flowReportAnswer } from './flow-report-answer.js';
import { absent, answers, done, named, operations, takes, tooLarge, unreadable } from './operation.js';
import { targetGroupParameters as params } from './target-group-answer.js';

const tags = ['Traffic'];
const trafficSchema = named('Traffic', trafficOptions);

/** Flows through the load balancer of a target group. */
export const traffic = operations();

traffic.openapi(
  createRoute({
    method: 'post',
    path: '/target-groups/{name}/traffic',
    operationId: 'startTraffic',
    summary: 'Let flows come to a target group',
    description: 'From one more source: several add up. What is not said has the defaults that the answer shows.',
    tags,
    request: {
      params,
      ...takes(trafficSchema, {
        'a hundred a second': { ratePerSecond: 100 },
        'long ones, for a minute': {
          ratePerSecond: 5,
          length: { kind: 'lognormal', medianSeconds: 30, sigma: 1, atMostSeconds: 600 },
          forSeconds: 60,
        },
      }),
    },
    responses: {
      201: answers('What comes.', trafficSchema),
      ...absent,
      ...unreadable,
      ...tooLarge,
    },
  }),
  ({ env: { simulator }, req, json }) => {
    const options = req.valid('json');
    simulator.startTraffic(findTargetGroup(simulator, req.valid('param').name).arn, options);
    return json(options, 201);
  },
);

traffic.openapi(
  createRoute({
    method: 'delete',
    path: '/target-groups/{name}/traffic',
    operationId: 'stopTraffic',
    summary: 'Let no new flows come to a target group',
    description: 'Those that are open go on.',
    tags,
    request: { params },
    responses: { ...done, ...absent },
  }),
  ({ env: { simulator }, req, body }) => {
    simulator.stopTraffic(findTargetGroup(simulator, req.valid('param').name).arn);
    return body(null, 204);
  },
);

traffic.openapi(
  createRoute({
    method: 'get',
    path: '/target-groups/{name}/flows',
    operationId: 'getFlows',
    summary: 'Count the flows of a target group',
    tags,
    request: { params },
    responses: {
      200: answers('What became of the flows so far.', flowReportAnswer),
      ...absent,
    },
  }),
  ({ env: { simulator }, req, json }) => {
    const { targets, records, ...totals } = simulator.flows(findTargetGroup(simulator, req.valid('param').name).arn);
    const ended = records.map((record) => ({ ...record, targets: [...record.targets] }));
    return json({ ...totals, targets: [...targets], records: ended }, 200);
  },
);
