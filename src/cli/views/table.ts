import Table from 'cli-table3';

const parts =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';

/**
 * A plain table without colours or rules; it fits 80 columns when its cells do.
 *
 * @param gap - spaces between two columns
 */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[], gap = 2): string {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': gap },
    chars: Object.fromEntries(parts.split(' ').map((part) => [part, ''])),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
