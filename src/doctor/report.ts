import type { Area, Line, Verdict } from './line.js';
import { worstOf } from './line.js';
import type { Mend } from './mend.js';

/** Columns of a report, and of a terminal that nobody widened. */
const width = 80;

/** A list for people, by area; what mends something on its own line below it, to be copied. */
export function reportText(areas: readonly Area[]): string {
  const blocks = areas.map(({ area, lines }) => [area, ...lines.flatMap((line, at) => say(line, lines[at + 1]))]);
  return [...blocks.map((block) => block.join('\n')), summary(areas)].join('\n\n');
}

/** The same for programs. */
export function reportJson(areas: readonly Area[]): string {
  const lines = areas.flatMap(({ area, lines }) =>
    lines.map(({ verdict, check, why, mend }) => ({ area, check, verdict, why, mend: mend?.join(' ') ?? null })),
  );
  return JSON.stringify({ verdict: worstOf(areas), lines }, null, 2);
}

const margin = ' '.repeat(8);

function say({ verdict, check, why, mend }: Line, next: Line | undefined): string[] {
  const text = wrap(`${check}: ${why}`.split(' '), width - margin.length).map((part) => margin + part);
  const [first = '', ...rest] = text;
  const command = mend === undefined || isSame(mend, next?.mend) ? [] : sayCommand(mend);
  return [`  ${verdict.padEnd(6)}${first.slice(margin.length)}`, ...rest, ...command];
}

/** One command may mend several lines: it stands below the last of them. */
const isSame = (mend: Mend, next: Mend | undefined): boolean => mend.join(' ') === next?.join(' ');

/** Over several lines where it is long. A single word that is longer than a line stays whole: a terminal wraps it, and copies it whole. */
function sayCommand(mend: Mend): string[] {
  const indent = ' '.repeat(10);
  const room = width - indent.length - ' \\'.length;
  const parts = wrap(inPairs(mend, room - 2), room);
  return parts.map((part, at) => `${indent}${at === 0 ? '' : '  '}${part}${at === parts.length - 1 ? '' : ' \\'}`);
}

/** A flag stays with its value, where the two fit into a line. */
function inPairs(words: readonly string[], columns: number): string[] {
  const pairs: string[] = [];
  for (const word of words) {
    const last = pairs.at(-1);
    const isValue = last !== undefined && /^--[\w-]+$/.test(last) && !/^(--|&&$|\|$)/.test(word);
    if (isValue && last.length + 1 + word.length <= columns) pairs[pairs.length - 1] = `${last} ${word}`;
    else pairs.push(word);
  }
  return pairs;
}

/** The words in lines of at most so many columns, as far as single words allow. Lines after the first are indented by two. */
function wrap(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const room = columns - (lines.length > 1 ? 2 : 0);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function summary(areas: readonly Area[]): string {
  const count = (verdict: Verdict) =>
    areas.flatMap(({ lines }) => lines).filter((line) => line.verdict === verdict).length;
  return `${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail`;
}
