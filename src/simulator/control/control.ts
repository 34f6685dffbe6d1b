/**
 * The HTTP surface by which a person, or a test in another process, arranges and watches a simulator: JSON in, JSON out,
 * errors as `{ "error": "..." }`, one line for each problem. All of it is below `/_drawbridge/`, and described there.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describeProblem, problemsOf } from '../scenario/problems.js';
import { isRefusal } from '../scenario/refusal.js';
import { autoScaling } from './auto-scaling.js';
import { clock } from './clock.js';
import { openApiDocument } from './document.js';
import { faults } from './faults.js';
import { instanceChanges } from './instance-changes.js';
import { instances } from './instances.js';
import { network } from './network.js';
import type { ControlEnv } from './operation.js';
import { ControlError } from './operation.js';
import { runCommand } from './run-command.js';
import { targetGroupChanges } from './target-group-changes.js';
import { targetGroups } from './target-groups.js';
import { traffic } from './traffic.js';
import { watching } from './watching.js';

/** Every kind of thing there is. A new one is one file and one line here. */
const all = [
  clock,
  targetGroups,
  targetGroupChanges,
  traffic,
  instances,
  instanceChanges,
  autoScaling,
  network,
  runCommand,
  faults,
  watching,
];

/** The control API, for whichever simulator comes with a request. */
export function createControl() {
  const control = new OpenAPIHono<ControlEnv>({
    defaultHook: (read, context) => {
      if (read.success) return;
      const problems = problemsOf(read.error, 'data' in read ? read.data : undefined);
      return context.json({ error: problems.map(describeProblem).join('\n') }, 400);
    },
  }).basePath('/_drawbridge');
  for (const part of all) control.route('/', part);
  control.get('/openapi.json', (context) => context.json(openApiDocument(control)));
  control.notFound(({ req, json }) =>
    json({ error: `no ${req.method} ${req.path}: GET /_drawbridge/openapi.json says what there is` }, 404),
  );
  control.onError(explain);
  return control;
}

/** The control API, as `createControl` makes it. */
export type Control = ReturnType<typeof createControl>;

function explain(error: Error, { json }: Context): Response {
  if (error instanceof ControlError) return json({ error: error.message }, error.status);
  if (error instanceof HTTPException) return json({ error: 'the body is not JSON' }, 400);
  const { message } = error;
  // The system has no such port to give, or the world refuses.
  const isConflict = 'syscall' in error || isRefusal(error);
  return json({ error: message }, isConflict ? 409 : 500);
}
