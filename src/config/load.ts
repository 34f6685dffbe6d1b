import { readFile } from 'node:fs/promises';
import { explain } from '../domain/input.js';
import type { Setting, Settings } from './settings.js';

/** A command line, environment or file that cannot be used. The message holds one line for each problem. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Sources {
  /** Values of flags by setting name, as text; undefined where the flag was not given. */
  readonly flags: Record<string, string | undefined>;
  readonly env: NodeJS.ProcessEnv;
  /** Path of a YAML file; undefined for none. */
  readonly file: string | undefined;
}

/**
 * The settings in force: flag > environment > file > default.
 *
 * @throws UsageError that names every problem at once, each with its source.
 */
export async function loadSettings<T extends Record<string, Setting>>(
  table: T,
  { flags, env, file }: Sources,
): Promise<Settings<T>> {
  const problems: string[] = [];
  const written = file === undefined ? {} : await readSettings(file, Object.keys(table), problems);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    const source = [
      { from: setting.flag, text: flags[name] },
      { from: setting.env, text: env[setting.env] === '' ? undefined : env[setting.env] },
    ].find(({ text }) => text !== undefined);
    const raw = source?.text === undefined ? written[name] : setting.read(source.text);
    if (raw === undefined) {
      values[name] = setting.fallback;
      continue;
    }
    const result = setting.schema.safeParse(raw);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        ...explain(result.error, raw).map((line) =>
          line.replace('the value', () => source?.from ?? `${file ?? ''}: ${name}`),
        ),
      );
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return Object.freeze(values) as Settings<T>;
}

async function readSettings(
  file: string,
  known: readonly string[],
  problems: string[],
): Promise<Record<string, unknown>> {
  try {
    // Loaded where there is a file: it would cost every start 30 ms.
    const { parse: parseYaml } = await import('yaml');
    const content: unknown = parseYaml(await readFile(file, 'utf8')) ?? {};
    if (content === null || typeof content !== 'object' || Array.isArray(content)) {
      problems.push(`${file}: found ${JSON.stringify(content)}, expected settings as key: value`);
      return {};
    }
    const unknown = Object.keys(content).filter((key) => !known.includes(key));
    if (unknown.length > 0)
      problems.push(`${file}: unknown setting ${unknown.join(', ')}, expected some of ${known.join(', ')}`);
    return content as Record<string, unknown>;
  } catch (error) {
    // A YAML error goes on with the lines around it; its first line says what and where.
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
    problems.push(`${file}: ${(first ?? '').replace(/:$/, '')}`);
    return {};
  }
}
