import * as z from 'zod/mini';

/**
 * An AWS answer, checked. The SDK turns missing XML lists into undefined and takes a 200 with an empty body for a success,
 * so an answer that lacks what its model promises counts as no answer at all, and is asked for again.
 */
export function answer<T>(action: string, schema: z.ZodMiniType<T>, output: unknown): T {
  const result = z.safeParse(schema, output);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue === undefined ? 'its fields' : issue.path.join('.');
  const error = new Error(`${action} answered without a usable ${field}`);
  error.name = 'MalformedAnswer';
  throw error;
}
