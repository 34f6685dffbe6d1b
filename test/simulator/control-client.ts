import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createControl } from '../../src/simulator/control/control.js';
import type { ScenarioInput } from '../../src/simulator/scenario/schema.js';
import { serveSimulator } from '../../src/simulator/serve.js';
import { ManualClock } from '../../src/simulator/simulator.js';

/** What the control API answered. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

const control = createControl();

/** Every operation of the control API, as it is declared. */
export const declared = control.openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === 'route' ? [definition.route] : [],
);
type Route = (typeof declared)[number];

/** A simulator with a control API, gone when the test is, and a client that refuses answers which are not as they are declared. */
export async function aControl(scenario: ScenarioInput = {}) {
  const served = await serveSimulator({
    scenario: { throttling: 'off', ...scenario },
    clock: new ManualClock(),
  });
  onTestFinished(() => served.close());
  const send = (method: string, path: string, body?: unknown): Promise<ControlAnswer> =>
    sendTo(served.controlEndpoint, method, path, body);
  return { ...served, send };
}

/** Sends one request. A body that is text goes as it is, anything else as JSON. */
export async function sendTo(endpoint: string, method: string, path: string, body?: unknown): Promise<ControlAnswer> {
  const response = await fetch(`${endpoint}${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  const route = declared.find((candidate) => candidate.method === method.toLowerCase() && isAt(candidate, path));
  if (route) checkAnswer(route, answer);
  return answer;
}

/** @throws when the operation is not declared to answer so. */
function checkAnswer(route: Route, { status, body }: ControlAnswer): void {
  const responses: Readonly<Record<string, unknown>> = route.responses;
  const declaration = responses[status];
  if (declaration === undefined)
    throw new Error(`${route.operationId ?? ''} answers ${status}: ${JSON.stringify(body)}`);
  const schema = jsonSchemaOf(declaration);
  if (schema) schema.parse(body);
  else if (body !== undefined) throw new Error(`${route.operationId ?? ''} answers something with status ${status}`);
}

/** The schema of the JSON that a request or an answer has; undefined when it has none. */
export function jsonSchemaOf(declaration: unknown): z.ZodType | undefined {
  const content = z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.instanceof(z.ZodType) }) }) })
    .safeParse(declaration);
  return content.data?.content['application/json'].schema;
}

const isAt = ({ path }: Route, asked: string): boolean =>
  new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(asked.split('?', 1)[0] ?? '');
