import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Simulator } from '../simulator.js';

/** What an operation works on: a control API is the same for every simulator, and is given one with each request. */
export interface ControlEnv {
  readonly Bindings: { readonly simulator: Simulator };
}

/** Operations on one kind of thing, to be made part of the control API. */
export const operations = (): OpenAPIHono<ControlEnv> => new OpenAPIHono<ControlEnv>();

/** Why a request is refused. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** A schema by a name, under which the description of the API has it once. */
export const named = <Schema extends z.ZodType>(name: string, schema: Schema, example?: z.input<Schema>): Schema =>
  // Those that were made before the OpenAPI library was loaded cannot be named: a copy can.
  schema.meta({}).openapi(name, example === undefined ? {} : { examples: [example] });

/** The JSON that an operation takes. @param examples - by name; each is a request that works with the example scenario. */
export const takes = <Schema extends z.ZodType>(
  schema: Schema,
  examples: Readonly<Record<string, z.input<Schema>>>,
) => ({
  body: {
    required: true,
    content: {
      'application/json': {
        schema,
        examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
      },
    },
  },
});

/** The JSON that an operation answers with. */
export const answers = <Schema extends z.ZodType>(description: string, schema: Schema, example?: z.input<Schema>) => ({
  description,
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
});

/** The answer of an operation that has nothing to say. */
export const done = { 204: { description: 'Done.' } } as const;

const error = named('Error', z.strictObject({ error: z.string() }));

/** Answers to what is not as the operation takes it: part of the responses of every operation that takes something. */
export const unreadable = {
  400: answers('It is not what the operation takes: one line for each problem.', error, {
    error:
      'state: found "tired", expected one of "pending"|"running"|"stopping"|"stopped"|"shutting-down"|"terminated"',
  }),
};

/** Answer to a body that is too large: part of the responses of every operation that takes one. */
export const tooLarge = { 413: answers('The body is too large.', error, { error: 'the body is too large' }) };

/** Answer to a name that is nobody's: part of the responses of every operation that takes one. */
export const absent = { 404: answers('What was named is not there.', error, { error: 'no instance i-absent' }) };

/** Answer to what the world does not let happen: part of the responses of every operation that it may concern. */
export const refused = {
  409: answers('It contradicts itself, or what is there already.', error, {
    error: 'instance i-0123456789abcdef0 exists already',
  }),
};
