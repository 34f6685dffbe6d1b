import { explain } from '../domain/input.js';
import { readFileOfSettings } from './file.js';
import type { Content } from './file.js';
import type { Setting, Settings, Table } from './setting.js';
import { UsageError } from './usage-error.js';

export interface Sources {
  /** Values of flags by setting name, as text; undefined where the flag was not given. */
  readonly flags: Record<string, string | undefined>;
  readonly env: NodeJS.ProcessEnv;
  /** Path of a YAML file; undefined for none. */
  readonly file: string | undefined;
}

/** A setting in force, and who said so. */
export interface InForce {
  /** Undefined where nobody says and there is no fallback. */
  readonly value: unknown;
  /** The flag, the variable, the file, or undefined where nobody says. */
  readonly from: string | undefined;
}

/**
 * The settings in force: flag > environment > file > default.
 *
 * @throws UsageError that names every problem at once, each with its source.
 */
export async function loadSettings<T extends Table>(table: T, sources: Sources): Promise<Settings<T>> {
  const inForce = Object.entries(await resolveSettings(table, sources));
  return Object.freeze(Object.fromEntries(inForce.map(([name, { value }]) => [name, value]))) as Settings<T>;
}

/**
 * The same, each with its source.
 *
 * @throws UsageError that names every problem at once, each with its source.
 */
export async function resolveSettings<T extends Table>(
  table: T,
  { flags, env, file }: Sources,
): Promise<Record<keyof T, InForce>> {
  const { values, problems: ofFile } = file === undefined ? nothing : await readFileOfSettings(file);
  const problems = [...ofFile];
  const inForce: Record<string, InForce> = {};
  for (const [name, setting] of Object.entries(table)) {
    const given = [
      { from: setting.flag, named: setting.flag, raw: flags[name] },
      ...[setting.env, setting.otherEnv].flatMap((name) =>
        name === undefined ? [] : [{ from: name, named: name, raw: said(env[name]) }],
      ),
      { from: file, named: `${file ?? ''}: ${name}`, raw: values[name] },
    ].find(({ raw }) => raw !== undefined);
    if (given === undefined) {
      inForce[name] = { value: setting.fallback, from: undefined };
      continue;
    }
    const read = readOne(setting, given.raw);
    if ('lines' in read) problems.push(...read.lines.map((line) => line.replace('the value', given.named)));
    else inForce[name] = { value: read.value, from: given.from };
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return inForce as Record<keyof T, InForce>;
}

const nothing: Content = { values: {}, problems: [] };

/** A variable that is empty says nothing. */
const said = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

function readOne({ schema, read }: Setting, raw: unknown): { value: unknown } | { lines: readonly string[] } {
  const value = typeof raw === 'string' ? read(raw) : raw;
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  // As it was typed, where that is not the number that it was read as: `9h`, not 32400.
  const typed = typeof raw === 'string' && Number.isNaN(Number(raw)) ? raw : value;
  return { lines: explain(result.error, typed) };
}
