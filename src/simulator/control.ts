import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { faultRule } from './faults.js';
import type { Simulator } from './simulator.js';

/** The largest body of a control request, in bytes. Ours. */
const largestBodyBytes = 64 * 1024;

const stateChange = z.strictObject({ state: z.enum(['pending', 'running', 'stopped', 'terminated']) });
const probeChange = z.strictObject({ probe: z.enum(['healthy', 'unhealthy', 'http']) });

/** A problem of a request, to be answered with its status. */
class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The HTTP surface by which a person, or a test in another process, arranges and watches a simulator: JSON in, JSON out,
 * errors as `{ "error": "..." }`. All of it is below `/_drawbridge/`.
 */
export function createControl(simulator: Simulator): RequestListener {
  const app = new Hono().basePath('/_drawbridge');
  app.post(
    '*',
    bodyLimit({
      maxSize: largestBodyBytes,
      onError: (context) => context.json({ error: 'the body is too large' }, 413),
    }),
  );

  app.get('/targets', (context) => context.json(describeTargets(simulator)));
  app.get('/instances', (context) => context.json(describeInstances(simulator)));
  app.get('/journal', (context) => {
    const action = context.req.query('action');
    return context.json(action === undefined ? simulator.journal : simulator.requests(action));
  });
  app.post('/instances/:id/state', async (context) => {
    const { state } = await readBody(context, stateChange);
    simulator.setInstanceState(knownInstance(simulator, context.req.param('id')), state);
    return context.json({ state });
  });
  app.post('/instances/:id/probe', async (context) => {
    const { probe } = await readBody(context, probeChange);
    const instanceId = knownInstance(simulator, context.req.param('id'));
    const { probeAddress } = simulator.instances.find((instance) => instance.instanceId === instanceId) ?? {};
    if (probe === 'http' && !probeAddress) throw new ControlError(400, `instance ${instanceId} has no probe address`);
    simulator.setProbe(instanceId, probe);
    return context.json({ probe });
  });
  app.post('/faults', async (context) => {
    const fault = await readBody(context, faultRule);
    simulator.addFault(fault);
    return context.json(fault, 201);
  });
  app.delete('/faults', (context) => {
    simulator.clearFaults();
    return context.body(null, 204);
  });

  app.notFound((context) => context.json({ error: `no ${context.req.method} ${context.req.path}` }, 404));
  app.onError((error, context) =>
    context.json({ error: error.message }, error instanceof ControlError ? error.status : 500),
  );
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}

const describeTargets = ({ targetGroups }: Simulator) =>
  targetGroups.map(({ arn, name, targets }) => ({
    targetGroupArn: arn,
    name,
    targets: [...targets.values()]
      .filter(({ isListed }) => isListed)
      .map(({ id, port, health }) => ({ id, port, health })),
  }));

const describeInstances = ({ instances }: Simulator) =>
  instances.map(({ instanceId, state, probe, privateIp, imdsEndpoint, tags }) => ({
    instanceId,
    state,
    probe,
    privateIp,
    imdsEndpoint,
    tags,
  }));

/** @throws `ControlError` 400 when the body is no JSON, or not of the schema's shape: every problem, one a line. */
async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const body: unknown = await context.req.json().catch(() => {
    throw new ControlError(400, 'the body is not JSON');
  });
  const read = schema.safeParse(body);
  if (!read.success) throw new ControlError(400, z.prettifyError(read.error));
  return read.data;
}

function knownInstance({ instances }: Simulator, instanceId: string): string {
  if (!instances.some((instance) => instance.instanceId === instanceId))
    throw new ControlError(404, `no instance ${instanceId}`);
  return instanceId;
}
