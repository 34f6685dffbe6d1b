import pretty from 'pino-pretty';
import type { PrettyStream } from 'pino-pretty';

/** What a person sees of a line before its message: `[12:00:00] INFO: `. */
const indent = ' '.repeat(11);
/** Said by other means, or on every line the same. */
const known = new Set(['level', 'time', 'msg', 'instance', 'cluster', 'workflowId', 'step']);

/** Log lines for a person at a terminal: what happened, then of whom and with what, within the terminal's width. */
export const forPeople = (columns: () => number): PrettyStream =>
  pretty({
    destination: 2,
    sync: true,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    messageFormat: (line, _key, level, { colors }) => sayPretty(line, level, columns(), colors.gray),
  });

/** The line after its prefix: message, then details; it goes on below where it is longer than the terminal is wide. */
export function sayPretty(
  line: Record<string, unknown>,
  level: string,
  columns: number,
  dim: (text: string) => string = (text) => text,
): string {
  const message = String(line.msg);
  const prefix = `${indent}${level}: `.length;
  const said = wrapped(message.split(' '), prefix, columns);
  const [last = ''] = said.slice(-1);
  const begun = (said.length === 1 ? prefix : indent.length) + last.length + 2;
  const [first = '', ...rest] = wrapped(detailsOf(line), begun, columns);
  const ofMessage = [...said.slice(0, -1), `${last}${first === '' ? '' : `  ${dim(first)}`}`];
  return [...ofMessage, ...rest.map(dim)].join(`\n${indent}`);
}

/** Whose line it is, then its fields. A workflow's id holds its instance's. */
function detailsOf({ instance, cluster, workflowId, step, ...line }: Record<string, unknown>): string[] {
  const whose = [workflowId ?? instance, cluster, step];
  const fields = Object.entries(line)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [...whose.filter((word) => word !== undefined).map(String), ...fields].flatMap((text) => text.split(' '));
}

/** The words in lines; the first line begins at a column of its own, and may stay empty. */
function wrapped(words: readonly string[], firstColumn: number, columns: number): string[] {
  const lines = [''];
  let column = firstColumn;
  for (const word of words) {
    const last = lines.length - 1;
    if (column + word.length + 1 > columns && (last === 0 || lines[last] !== '')) {
      lines.push(word);
      column = indent.length + word.length;
    } else {
      lines[last] = lines[last] === '' ? word : `${lines[last] ?? ''} ${word}`;
      column += word.length + 1;
    }
  }
  return lines;
}
