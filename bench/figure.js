// What a figure is, and what the frame makes of it. Pure.

/**
 * @typedef {object} Context
 * @property {number} runs - How many timed runs to make at least.
 *
 * @typedef {object} Measured
 * @property {number} value - The median of the runs.
 * @property {string} reference - What it is compared with, measured in the same run.
 * @property {number} referenceValue
 * @property {string} [note] - What else was seen, in a sentence.
 *
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} what - One line for `--list`.
 * @property {string} unit
 * @property {{ atLeast: number } | { atMost: number }} must
 * @property {(context: Context) => Promise<Measured>} run - Measures in processes of its own. Throws when it cannot.
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

/** @param {Figure['must']} must */
const describeMust = (must) =>
  'atLeast' in must ? `at least ${describeNumber(must.atLeast)}` : `at most ${describeNumber(must.atMost)}`;

/** @param {Figure} figure @param {Measured} measured @returns {Result} */
export function judge({ name, unit, must }, { value, reference, referenceValue }) {
  const ok = 'atLeast' in must ? value >= must.atLeast : value <= must.atMost;
  const ratio = value / referenceValue;
  return { figure: name, value, unit, reference, referenceValue, ratio, must: describeMust(must), ok };
}

/** @param {Figure} figure @returns {Result} what stands for a figure that could not be measured. */
export function notMeasured({ name, unit, must }) {
  const nothing = { value: null, reference: null, referenceValue: null, ratio: null };
  return { figure: name, ...nothing, unit, must: describeMust(must), ok: false };
}

/** @param {readonly number[]} values @returns {number} */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
