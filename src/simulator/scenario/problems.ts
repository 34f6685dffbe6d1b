import { inspect } from 'node:util';
import type { z } from 'zod';

/** Where in a value something is: keys and indexes, from the outside in. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a value, in words that do not repeat where. */
export interface Problem {
  readonly path: Path;
  readonly text: string;
}

type Issue = z.core.$ZodIssue;

/** Everything that a schema found wrong with a value: what was found, and what was expected. */
export const problemsOf = (error: z.ZodError, value: unknown): Problem[] =>
  error.issues.flatMap((issue) => explain(issue, [], value));

/** Such as `targetGroups.0.port: found 0, expected number to be >=1`. */
export const describeProblem = ({ path, text }: Problem): string =>
  path.length === 0 ? text : `${path.join('.')}: ${text}`;

function explain(issue: Issue, outer: Path, value: unknown): Problem[] {
  const path = [...outer, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], text: 'is not a field that is known here' }));
    case 'invalid_union':
      return explainUnion(issue, path, value);
    default: {
      const found = at(value, path);
      return [{ path, text: `found ${show(found)}, ${expectation(issue)}${hint(issue, found)}` }];
    }
  }
}

/** The alternative that fits but for something inside it; when none does, what would have been possible at all. */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, value: unknown): Problem[] {
  const fitting = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0 || !isAboutType(inner)));
  if (fitting && fitting.length > 0) return fitting.flatMap((inner) => explain(inner, path, value));
  const possible = issue.errors.flat().map((inner) => expectation(inner).replace(/^expected /, ''));
  const expected = possible.length > 0 ? `expected ${[...new Set(possible)].join(' or ')}` : expectation(issue);
  return [{ path, text: `found ${show(at(value, path))}, ${expected}` }];
}

const isAboutType = ({ code }: Issue): boolean => code === 'invalid_type' || code === 'invalid_value';

/** The words of the schema library after its verdict: `Too small: expected number to be >=1`, or those of the schema itself. */
function expectation({ code, message }: Issue): string {
  const [, stated] = /^(?:Invalid|Too)[\w ]*: (.*?)(?:, received .*)?$/s.exec(message) ?? [];
  if (stated !== undefined) return stated;
  const [, named] = /^Invalid (?:.*\. Expected )?(.*)$/s.exec(message) ?? [];
  if (named !== undefined) return `expected ${named}`;
  return code === 'custom' ? message : `expected ${message}`;
}

/** YAML takes unquoted figures and words for numbers and booleans, where AWS has text. */
const hint = (issue: Issue, found: unknown): string =>
  issue.code === 'invalid_type' && issue.expected === 'string' && ['number', 'boolean'].includes(typeof found)
    ? `: "${String(found)}" in quotes`
    : '';

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | null | undefined)?.[key], value);

/** How much of what was found is shown, in characters. */
const longestShown = 80;

/** In JSON, but for what has parts: of that only the first levels, as it may be nested deeper than the stack. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const hasParts = typeof value === 'object' && value !== null;
  const text = hasParts ? inspect(value, { depth: 1, breakLength: Infinity }) : JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown - 3)}...` : text;
}
