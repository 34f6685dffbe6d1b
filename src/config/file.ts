import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from './nearest.js';
import { everySetting } from './settings.js';

/** Where a file is looked for that nobody named, the first before the second. */
const folders = ['.', '/etc/drawbridge'];
const fileName = 'drawbridge.yaml';

/**
 * The settings file: the one that is named, else `drawbridge.yaml` in the working directory, else in `/etc/drawbridge`, else none.
 * A named one need not be there: reading it says so.
 */
export async function findFile(named: string | undefined, where = folders): Promise<string | undefined> {
  if (named !== undefined && named !== '') return named;
  for (const folder of where) {
    const file = join(folder, fileName);
    if (await isThere(file)) return file;
  }
  return undefined;
}

/** One that is there but must not be read is found: nobody should run on defaults for want of a permission. */
const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );

export interface Content {
  readonly values: Readonly<Record<string, unknown>>;
  /** A line for each thing that is wrong with the file as such. */
  readonly problems: readonly string[];
}

/** What a settings file says, and what is wrong with it. Never rejects. */
export async function readFileOfSettings(file: string): Promise<Content> {
  try {
    // Loaded where there is a file: it would cost every start 30 ms.
    const { parse } = await import('./yaml.js');
    const content: unknown = parse(await readFile(file, 'utf8')) ?? {};
    if (content === null || typeof content !== 'object' || Array.isArray(content)) {
      return wrong(`${file}: found ${JSON.stringify(content)}, expected settings as key: value`);
    }
    const unknown = Object.keys(content).filter((key) => !Object.hasOwn(everySetting, key));
    return {
      values: content as Record<string, unknown>,
      problems: unknown.map((key) => `${file}: unknown setting ${key}, ${hint(key)}`),
    };
  } catch (error) {
    const what = unreadable[(error as NodeJS.ErrnoException).code ?? ''];
    if (what !== undefined) return wrong(`${file}: ${what}, expected a YAML file`);
    // A YAML error goes on with the lines around it; its first line says what and where.
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
    return wrong(`${file}: found no YAML: ${(first ?? '').replace(/:$/, '')}`);
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'must not be read by this user',
};

const wrong = (problem: string): Content => ({ values: {}, problems: [problem] });

function hint(key: string): string {
  if (/^(temporal|address|namespace|api_?key|tls)/i.test(key)) {
    return "expected Temporal's own: TEMPORAL_ADDRESS and its like, or a profile of the Temporal CLI";
  }
  const known = Object.keys(everySetting);
  const meant = nearest(key, known);
  return meant === undefined ? `expected some of ${known.join(', ')}` : `did you mean ${meant}?`;
}
