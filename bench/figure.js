// What a figure is, and what the frame makes of it. Pure.

/**
 * @typedef {object} Context
 * @property {number} runs - How many timed runs to make at least.
 *
 * @typedef {object} Must - What the value must be. All that is there must hold.
 * @property {number} [atLeast]
 * @property {number} [atMost]
 * @property {number} [timesAtMost] - The reference, so many times.
 * @property {number} [moreAtMost] - The reference, and so much more.
 *
 * @typedef {object} Measured
 * @property {number} value - The median of the runs.
 * @property {string} [reference] - What it is compared with, measured in the same run.
 * @property {number} [referenceValue]
 * @property {string} [note] - What else was seen, in a sentence.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} what - One line for `--list`.
 * @property {string} unit
 * @property {Must} must
 *
 * @typedef {object} Several - Rows that one measurement gives.
 * @property {string} name - That all of them can be asked for by.
 * @property {readonly Row[]} rows
 * @property {(context: Context) => Promise<readonly Measured[]>} run - One for each row. Throws when it cannot.
 *
 * @typedef {Row & { run: (context: Context) => Promise<Measured> }} One - Measures in processes of its own. Throws when it cannot.
 * @typedef {One | Several} Figure
 *
 * @typedef {object} Result
 * @property {string} figure
 * @property {number | null} value - Null when it could not be measured.
 * @property {string} unit
 * @property {string | null} reference
 * @property {number | null} referenceValue
 * @property {number | null} ratio - Value by reference value.
 * @property {string} must
 * @property {boolean} ok
 */

/** @param {number} value @returns {string} at most four significant digits, as in `12,340` and `48.91`. */
export const describeNumber = (value) => value.toLocaleString('en-US', { maximumSignificantDigits: 4 });

/** @type {{ [Kind in keyof Must]-?: { say: (bound: string) => string, holds: (value: number, bound: number, reference: number) => boolean } }} */
const kinds = {
  atLeast: { say: (bound) => `at least ${bound}`, holds: (value, bound) => value >= bound },
  atMost: { say: (bound) => `at most ${bound}`, holds: (value, bound) => value <= bound },
  timesAtMost: {
    say: (bound) => `at most ${bound} times`,
    holds: (value, bound, reference) => value <= bound * reference,
  },
  moreAtMost: {
    say: (bound) => `at most ${bound} more`,
    holds: (value, bound, reference) => value <= bound + reference,
  },
};

/** @param {Must} must @returns {[keyof Must, number][]} */
const boundsOf = (must) => /** @type {[keyof Must, number][]} */ (Object.entries(must));

/** @param {Must} must */
const describeMust = (must) =>
  boundsOf(must)
    .map(([kind, bound]) => kinds[kind].say(describeNumber(bound)))
    .join(', ');

/** @param {Figure} figure @returns {readonly Row[]} */
export const rowsOf = (figure) => ('rows' in figure ? figure.rows : [figure]);

/** @param {Row} row @param {Measured} measured @returns {Result} */
export function judge({ name, unit, must }, { value, reference = null, referenceValue = null }) {
  const ok = boundsOf(must).every(([kind, bound]) => kinds[kind].holds(value, bound, referenceValue ?? NaN));
  const ratio = referenceValue === null ? null : value / referenceValue;
  return { figure: name, value, unit, reference, referenceValue, ratio, must: describeMust(must), ok };
}

/** @param {Row} row @returns {Result} what stands for a figure that could not be measured. */
export function notMeasured({ name, unit, must }) {
  const nothing = { value: null, reference: null, referenceValue: null, ratio: null };
  return { figure: name, ...nothing, unit, must: describeMust(must), ok: false };
}

/** @param {readonly Result[]} results @returns {number} of the process: 1 when one is not what it must be. */
export const exitCodeOf = (results) => (results.every(({ ok }) => ok) ? 0 : 1);

/** @param {readonly number[]} values @returns {number} */
export const median = (values) => percentile(values, 50);

/**
 * @param {readonly number[]} values - At least one.
 * @param {number} percent
 * @returns {number} the value that so many percent are at most, drawn straight between two that are there.
 */
export function percentile(values, percent) {
  const sorted = [...values].sort((one, other) => one - other);
  const place = ((sorted.length - 1) * percent) / 100;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}
