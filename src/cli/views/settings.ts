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
  const [head = '', ...lines] = tableOf(['SETTING', 'VALUE', 'FROM'], [...ours, ...theirs]).split('\n');
  return [
    `${whose}, ${file === undefined ? 'no file' : `file ${file}`}`,
    head,
    ...lines.slice(0, ours.length),
    'Temporal',
    ...lines.slice(ours.length),
  ].join('\n');
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
