// Results as a person reads them, within 80 columns. Pure.
import Table from 'cli-table3';
import { describeNumber, rowsOf } from './figure.js';

const columns = 80;

/**
 * @param {readonly { result: import('./figure.js').Result, note?: string }[]} measured
 * @returns {string}
 */
export function report(measured) {
  const table = new Table({
    head: ['figure', 'value', 'must be', 'reference', 'ratio', 'ok'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { result } of measured) {
    const { figure, value, unit, referenceValue, ratio, must, ok } = result;
    const named = value === null ? 'not measured' : `${describeNumber(value)} ${unit}`;
    table.push([figure, named, must.replace(', ', '\n'), shown(referenceValue), shown(ratio), ok ? 'yes' : 'NO']);
  }
  const texts = measured.flatMap(({ result: { figure, reference }, note }) => [
    ...(reference === null ? [] : [`${figure}: the reference is ${reference}.`]),
    ...(note === undefined ? [] : [`${figure}: ${note}`]),
  ]);
  return `${table.toString()}\n${texts.flatMap(wrap).join('\n')}\n`;
}

/** @param {readonly import('./figure.js').Figure[]} figures @returns {string} */
export function listing(figures) {
  const rows = figures.flatMap(rowsOf);
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.map(({ name, what }) => `${name.padEnd(width)}  ${what}\n`).join('');
}

/** @param {number | null} value */
const shown = (value) => (value === null ? '' : describeNumber(value));

/** @param {string} text @returns {string[]} lines; those after the first are indented. */
function wrap(text) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines;
}
