import type { InForce } from '../../config/load.js';
import { sayValue } from '../../config/setting.js';
import type { TemporalInForce } from '../../config/temporal-sources.js';
import { tableOf } from './table.js';

interface Row extends InForce {
  readonly name: string;
  /** What holds where nobody says. */
  readonly otherwise: string;
}

interface Shown {
  readonly whose: string;
  readonly file: string | undefined;
  readonly rows: readonly Row[];
  readonly temporal: readonly TemporalInForce[];
}

/** For people: what is in force, and who says so. */
export function settingsView({ whose, file, rows, temporal }: Shown): string {
  const ours = rows.map(({ name, value, from, otherwise }) => [
    name,
    sayValue(value ?? otherwise),
    from ?? (otherwise === 'required' ? 'nobody' : 'default'),
  ]);
  const theirs = temporal.map(({ name, value, from }) => [name, value ?? 'none', from ?? 'default']);
  const [head = '', ...lines] = withinTerminal([...ours, ...theirs]);
  return [
    `${whose}, ${file === undefined ? 'no file' : `file ${file}`}`,
    head,
    ...lines.slice(0, ours.length),
    'Temporal',
    ...lines.slice(ours.length),
  ].join('\n');
}

/** A value that would make its line longer than a terminal stands below it, whole: it must be fit to copy. */
function withinTerminal(rows: readonly (readonly string[])[]): string[] {
  const widest = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const room = 80 - widest(0) - widest(2) - 4;
  const isLong = ([, value = '']: readonly string[]) => value.length > room;
  const shown = rows.map((row) => (isLong(row) ? [row[0] ?? '', '(below)', row[2] ?? ''] : row));
  const [head = '', ...lines] = tableOf(['SETTING', 'VALUE', 'FROM'], shown).split('\n');
  return [head, ...lines.map((line, at) => (isLong(rows[at] ?? []) ? `${line}\n  ${rows[at]?.[1] ?? ''}` : line))];
}

/** For programs. Where nobody says, `from` is null, and `value` is null when something else than a value holds, which `otherwise` says. */
export function settingsJson({ whose, file, rows, temporal }: Shown): string {
  const settings = rows.map(({ name, value, from, otherwise }) => [
    name,
    { value: value ?? null, from: from ?? null, ...(value === undefined && { otherwise }) },
  ]);
  const theirs = temporal.map(({ name, value, from }) => [name, { value: value ?? null, from: from ?? null }]);
  const shown: Record<string, unknown> = {
    whose,
    file: file ?? null,
    settings: Object.fromEntries(settings),
    temporal: Object.fromEntries(theirs),
  };
  return JSON.stringify(shown, null, 2);
}
