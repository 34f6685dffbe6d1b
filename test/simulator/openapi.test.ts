import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createControl } from '../../src/simulator/control/control.js';
import { openApiDocument } from '../../src/simulator/control/document.js';
import { loadScenario } from '../../src/simulator/scenario/load.js';
import { serveSimulator } from '../../src/simulator/serve.js';
import { ManualClock } from '../../src/simulator/simulator.js';
import { declared, jsonSchemaOf, sendTo } from './control-client.js';

const documentSchema = z.object({
  tags: z.array(z.object({ name: z.string() })),
  components: z.object({ schemas: z.record(z.string(), z.object({ examples: z.array(z.unknown()).optional() })) }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        summary: z.string(),
        tags: z.array(z.string()).length(1),
        parameters: z
          .array(z.object({ name: z.string(), in: z.string(), schema: z.object({ example: z.unknown() }) }))
          .default([]),
        requestBody: z
          .object({
            content: z.object({
              'application/json': z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })) }),
            }),
          })
          .optional(),
        responses: z.record(
          z.string(),
          z.object({
            content: z
              .object({
                'application/json': z.object({
                  schema: z.object({ $ref: z.string(), items: z.object({ $ref: z.string() }).partial() }).partial(),
                  example: z.unknown().optional(),
                }),
              })
              .optional(),
          }),
        ),
      }),
    ),
  ),
});

const generated = JSON.parse(JSON.stringify(openApiDocument(createControl()))) as Record<string, unknown>;
const { paths, tags, components } = documentSchema.parse(generated);
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);
type Operation = (typeof operations)[number];

/** One request for every example of an operation, or one when it takes nothing. */
const examplesOf = ({ requestBody }: Operation) =>
  requestBody
    ? Object.entries(requestBody.content['application/json'].examples).map(([name, { value }]) => ({
        name,
        body: value,
      }))
    : [{ name: 'nothing', body: undefined }];

/** The path of an operation with the examples of its parameters in it, relative to the control endpoint. */
function examplePath({ path, parameters }: Operation): string {
  const valueOf = ({ schema }: Operation['parameters'][number]) =>
    encodeURIComponent(z.coerce.string().parse(schema.example));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const parameter = parameters.find((candidate) => candidate.in === 'path' && candidate.name === name);
    return parameter ? valueOf(parameter) : '';
  });
  const query = parameters
    .filter(({ in: place }) => place === 'query')
    .map((parameter) => `${parameter.name}=${valueOf(parameter)}`);
  return `${filled.replace('/_drawbridge', '')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** The world that the examples are about. */
async function theExampleWorld() {
  const { scenario } = await loadScenario('docs/simulator/scenario.example.yaml');
  const { controlEndpoint, simulator } = await serveSimulator({ scenario, clock: new ManualClock() });
  onTestFinished(() => simulator.close());
  return (method: string, path: string, body?: unknown) => sendTo(controlEndpoint, method, path, body);
}

describe('the OpenAPI description of the control API', () => {
  it('is committed as it is generated; `npm run schemas` writes it', () => {
    const committed: unknown = JSON.parse(readFileSync('docs/simulator/openapi.json', 'utf8'));
    expect(committed).toEqual(generated);
  });

  it('is served by the API itself', async () => {
    const send = await theExampleWorld();
    expect(await send('GET', '/openapi.json')).toEqual({ status: 200, body: generated });
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(generated))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every operation once, by an id of its own, under a tag that it describes', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      declared.map(({ operationId }) => operationId).sort(),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(new Set(operations.flatMap((operation) => operation.tags))).toEqual(new Set(tags.map(({ name }) => name)));
  });

  it('has examples of answers that are such answers', () => {
    const examples = operations.flatMap(answerExamples);
    expect(new Set(examples.map(({ of }) => of)).size).toBeGreaterThan(10);
    for (const { of, schema, example } of examples)
      expect(schema.safeParse(example), of).toMatchObject({ success: true });
  });
});

/** The examples of what an operation answers: those of the answer, and those of the component that it is, or has a list of. */
function answerExamples({ operationId, responses }: Operation) {
  return Object.entries(responses).flatMap(([status, { content }]) => {
    const schema = jsonSchemaOf(declared.find((route) => route.operationId === operationId)?.responses[status]);
    if (!content || !schema) return [];
    const { example, schema: described } = content['application/json'];
    const of = (described.$ref ?? described.items?.$ref ?? operationId).replace('#/components/schemas/', '');
    const isList = schema instanceof z.ZodArray;
    return [
      ...(components.schemas[of]?.examples ?? []).map((componentExample) => ({
        of,
        schema,
        example: isList ? [componentExample] : componentExample,
      })),
      ...(example === undefined ? [] : [{ of, schema, example }]),
    ];
  });
}

describe('every operation', () => {
  const examples = operations.flatMap((operation) =>
    examplesOf(operation).map((example) => ({ ...operation, ...example })),
  );
  const named = operations.filter(({ path }) => path.includes('{'));
  const taking = operations.filter(({ requestBody }) => requestBody);

  it.each(examples)('answers as declared: $operationId, to the example "$name"', async ({ body, ...operation }) => {
    const send = await theExampleWorld();
    const { status } = await send(operation.method, examplePath(operation), body);
    expect(Math.floor(status / 100)).toBe(2);
  });

  it.each(named)("answers 404 for a name that is nobody's: $operationId", async (operation) => {
    const send = await theExampleWorld();
    const path = examplePath({ ...operation, parameters: operation.parameters.map(unknownName) });
    expect(await send(operation.method, path, examplesOf(operation)[0]?.body)).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('absent/é%') as string },
    });
  });

  it.each(taking)('answers a clear error to what it does not take: $operationId', async (operation) => {
    const send = await theExampleWorld();
    const statusFor = async (body: unknown) => {
      const answer = await send(operation.method, examplePath(operation), body);
      expect(answer.body).toEqual({ error: expect.stringMatching(/./) as string });
      return answer.status;
    };
    for (const body of [undefined, 'state=stopped', '{"half":', [], 'null', 7, { colour: 7 }]) {
      expect(await statusFor(body), JSON.stringify(body)).toBe(400);
    }
    expect(await statusFor('x'.repeat(2 ** 20 + 1))).toBe(413);
  });
});

const unknownName = (parameter: Operation['parameters'][number]) =>
  parameter.in === 'path' ? { ...parameter, schema: { example: 'absent/é%' } } : parameter;
