import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Enumerations that the service also answers with an empty text, although the model has none in them. Source: the raw answers
 * in aws/aws-cli issue 3707.
 */
const emptyToo: ReadonlySet<string> = new Set(['NotificationConfig.NotificationType']);

/**
 * What only the type declarations of an SDK package tell of a service's model: which errors an operation has, and which
 * members are enumerations.
 */
export class Declarations {
  readonly #folder: string;
  readonly #exports: Readonly<Record<string, unknown>>;
  #models: string | undefined;

  /** @param exports - everything that the package exports. */
  constructor(packageName: string, exports: Readonly<Record<string, unknown>>) {
    this.#folder = join(dirname(require.resolve(`${packageName}/package.json`)), 'dist-types');
    this.#exports = exports;
  }

  /** The names of the error shapes that an operation models; none for EC2, which models no errors. */
  errorsOf(action: string): string[] {
    const declared = readFileSync(join(this.#folder, 'commands', `${action}Command.d.ts`), 'utf8');
    return [...declared.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)].map(([, name = '']) => name);
  }

  /** The values that a member may have, or the items of a list in it; undefined when it is no enumeration. */
  enumOf(shape: string, member: string): readonly string[] | undefined {
    this.#models ??= readdirSync(join(this.#folder, 'models'))
      .filter((file) => file.startsWith('models_'))
      .map((file) => readFileSync(join(this.#folder, 'models', file), 'utf8'))
      .join('\n');
    const start = this.#models.indexOf(`export interface ${shape} {`);
    if (start < 0) return undefined;
    const body = this.#models.slice(start, this.#models.indexOf('\n}', start));
    const type = new RegExp(`^    ${member}\\??: (\\w+)(?:\\[\\])? \\| undefined;$`, 'm').exec(body)?.[1];
    const values = type === undefined ? undefined : this.#exports[type];
    if (typeof values !== 'object' || values === null) return undefined;
    return [...Object.values(values).map(String), ...(emptyToo.has(`${shape}.${member}`) ? [''] : [])];
  }
}
