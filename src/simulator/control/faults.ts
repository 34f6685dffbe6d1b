import { createRoute, z } from '@hono/zod-openapi';
import { faultRule } from '../faults.js';
import { missing } from './find.js';
import { absent, answers, done, named, operations, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Faults'];
const ruleSchema = named('FaultRule', faultRule);
const ruleAnswer = named('Fault', z.strictObject({ id: z.string(), rule: ruleSchema }), {
  id: 'fault-1',
  rule: { kind: 'error', action: 'RegisterTargets', code: 'Throttling', nth: 1 },
});

/** Rules for what goes wrong. */
export const faults = operations();

faults.openapi(
  createRoute({
    method: 'get',
    path: '/faults',
    operationId: 'listFaults',
    summary: 'List the fault rules',
    description: 'In the order in which they were added. Those whose time is over are among them.',
    tags,
    responses: { 200: answers('All of them.', z.array(ruleAnswer)) },
  }),
  ({ env: { simulator }, json }) =>
    json(
      [...simulator.faults.all].map(([id, rule]) => ({ id, rule })),
      200,
    ),
);

faults.openapi(
  createRoute({
    method: 'post',
    path: '/faults',
    operationId: 'addFault',
    summary: 'Add a fault rule',
    description:
      'Of several rules that hit a request the one that was added first wins.\n\n' +
      '- `error` is an error of the service, `status` a bare HTTP status, `html502` the answer of some proxy in between\n' +
      '- `latency`: the answer comes late, by the simulated clock; `staleRead`: it is of the world as it was; `dateSkew`: its Date is off\n' +
      '- `hang`: no answer, no effect; `resetBefore`: the connection breaks before the effect, `resetAfter`: after it\n' +
      '- `emptyBody`: status 200 and nothing else; `truncatedBody`: half an answer',
    tags,
    request: takes(ruleSchema, {
      'the first is throttled': { kind: 'error', action: 'RegisterTargets', code: 'Throttling', nth: 1 },
      'a reply is lost': { kind: 'resetAfter', service: 'elbv2', action: 'DeregisterTargets', count: 1 },
      'reads lag for a minute': { kind: 'staleRead', seconds: 5, window: { forSeconds: 60 } },
      'a tenth is slow': { kind: 'latency', ms: 800, service: 'ec2', probability: 0.1, seed: 7 },
      'a black hole': { kind: 'hang', service: 'imds', instanceId: 'i-0123456789abcdef0' },
    }),
    responses: { 201: answers('The rule, and its id.', ruleAnswer), ...unreadable, ...tooLarge },
  }),
  ({ env: { simulator }, req, json }) => {
    const rule = req.valid('json');
    return json({ id: simulator.addFault(rule), rule }, 201);
  },
);

faults.openapi(
  createRoute({
    method: 'delete',
    path: '/faults',
    operationId: 'clearFaults',
    summary: 'Take all fault rules away',
    tags,
    responses: done,
  }),
  ({ env: { simulator }, body }) => {
    simulator.clearFaults();
    return body(null, 204);
  },
);

faults.openapi(
  createRoute({
    method: 'delete',
    path: '/faults/{id}',
    operationId: 'removeFault',
    summary: 'Take a fault rule away',
    tags,
    request: { params: z.strictObject({ id: z.string().openapi({ example: 'fault-1' }) }) },
    responses: { ...done, ...absent },
  }),
  ({ env: { simulator }, req, body }) => {
    const { id } = req.valid('param');
    return simulator.faults.remove(id) ? body(null, 204) : missing(`no fault ${id}`);
  },
);
