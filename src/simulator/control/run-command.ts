import { createRoute, z } from '@hono/zod-openapi';
import { commandScript } from '../world/commands/command-script.js';
import { answers, done, named, operations, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Run Command'];
const scriptSchema = named('CommandScript', commandScript);

const runAnswer = named(
  'CommandRun',
  z.strictObject({
    commandId: z.string(),
    instanceId: z.string(),
    script: z.string().describe('its lines, joined by line feeds'),
    at: z.number().describe('when it began'),
  }),
  {
    commandId: '00000000-0000-4000-8000-000000000001',
    instanceId: 'i-0123456789abcdef0',
    script: 'systemctl stop firewall',
    at: 1_767_225_661_000,
  },
);

/** What instances answer to the scripts of Run Command, and what ran. */
export const runCommand = operations();

runCommand.openapi(
  createRoute({
    method: 'post',
    path: '/command-scripts',
    operationId: 'addCommandScript',
    summary: 'Say how scripts of Run Command are answered',
    description:
      'Of several rules that match, the one that was added last answers. A script that none is for succeeds and says nothing.',
    tags,
    request: takes(scriptSchema, {
      'succeeds after a while': { match: 'systemctl stop', stdout: 'stopped\n', seconds: 62.5 },
      'fails once': { match: { regex: '^drain\\b' }, stderr: 'no such unit\n', exitCode: 5, times: 1 },
    }),
    responses: { 201: answers('The rule.', scriptSchema), ...unreadable, ...tooLarge },
  }),
  ({ env: { simulator }, req, json }) => {
    const script = req.valid('json');
    simulator.commands.script(script);
    return json(script, 201);
  },
);

runCommand.openapi(
  createRoute({
    method: 'delete',
    path: '/command-scripts',
    operationId: 'clearCommandScripts',
    summary: 'Forget how scripts are answered',
    tags,
    responses: done,
  }),
  ({ env: { simulator }, body }) => {
    simulator.commands.clearScripts();
    return body(null, 204);
  },
);

runCommand.openapi(
  createRoute({
    method: 'get',
    path: '/command-runs',
    operationId: 'listCommandRuns',
    summary: 'List the scripts that ran',
    tags,
    request: {
      query: z.strictObject({ instanceId: z.string().optional().openapi({ example: 'i-0123456789abcdef0' }) }),
    },
    responses: {
      200: answers('Every run so far, in order.', z.array(runAnswer)),
      ...unreadable,
    },
  }),
  ({ env: { simulator }, req, json }) => {
    const { instanceId: only } = req.valid('query');
    const runs = simulator.commands.runs.filter(({ instanceId }) => only === undefined || instanceId === only);
    return json(runs, 200);
  },
);
