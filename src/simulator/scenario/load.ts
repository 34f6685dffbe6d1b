import { readFile } from 'node:fs/promises';
import type { Document } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Path } from './problems.js';
import { describeProblem } from './problems.js';
import { readScenario, ScenarioError } from './read.js';
import type { Scenario } from './schema.js';

/** A scenario file that was read. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  /** The file's own error for what turned out to be wrong with the scenario later. */
  readonly refuse: (error: ScenarioError) => ScenarioFileError;
}

/** A scenario file that cannot be used. The message holds one line for each problem: `FILE:LINE:COLUMN: FIELD: ...`. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

/** Reads a scenario from a YAML file; an empty file is an empty world. @throws `ScenarioFileError` for all that is wrong with it. */
export async function loadScenario(file: string): Promise<LoadedScenario> {
  const lines = new LineCounter();
  const document = parseDocument(await read(file), { lineCounter: lines, merge: true, prettyErrors: false });
  const line = (offset: number, text: string): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}: ${text}`;
  };
  if (document.errors.length > 0)
    throw new ScenarioFileError(document.errors.map(({ message, pos }) => line(pos[0], message)).join('\n'));
  const refuse = ({ problems }: ScenarioError): ScenarioFileError => {
    const placed = problems.map((problem) => ({ problem, offset: offsetOf(document, problem.path) }));
    placed.sort((one, other) => one.offset - other.offset);
    return new ScenarioFileError(
      placed.map(({ problem, offset }) => line(offset, describeProblem(problem))).join('\n'),
    );
  };
  try {
    return { scenario: readScenario(contentOf(document, file)), refuse };
  } catch (error) {
    throw error instanceof ScenarioError ? refuse(error) : error;
  }
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    const isFolder = error instanceof Error && 'code' in error && error.code === 'EISDIR';
    throw new ScenarioFileError(`${file}: ${isFolder ? 'is a folder, expected a YAML file' : messageOf(error)}`);
  });

function contentOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // An alias that leads nowhere, or too many of them.
    throw new ScenarioFileError(`${file}: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Where the field or item of a path begins; when it is not there, what it would be in. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of path) {
    const collection = isAlias(node) ? node.resolve(document) : node;
    const found = inside(collection, step);
    if (!found) break;
    offset = found.offset;
    node = found.node;
  }
  return offset;
}

function inside(collection: unknown, step: string | number): { offset: number; node: unknown } | undefined {
  if (isMap(collection)) {
    const pair = collection.items.find(({ key }) => isScalar(key) && key.value === step);
    return pair && isNode(pair.key) && pair.key.range ? { offset: pair.key.range[0], node: pair.value } : undefined;
  }
  const item: unknown = isSeq(collection) ? collection.items[Number(step)] : undefined;
  return isNode(item) && item.range ? { offset: item.range[0], node: item } : undefined;
}
