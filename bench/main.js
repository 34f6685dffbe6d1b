// Measures the figures one after the other, prints them as a table, and fails when one is not what it must be.
// Exit codes: 0 all are, 1 one is not or could not be measured, 2 bad flags. See docs/performance.md.
import { writeFileSync } from 'node:fs';
import { judge, notMeasured } from './figure.js';
import { figures } from './figures/index.js';
import { readFlags, UsageError } from './flags.js';
import { stopAll } from './processes.js';
import { listing, report } from './report.js';

/** Enough for a median that one slow run does not move. */
const runs = 10;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** @returns {Promise<number>} the exit code. */
async function main() {
  const names = figures.map(({ name }) => name);
  const { list, json, only } = readFlags(process.argv.slice(2), names);
  if (list) {
    process.stdout.write(listing(figures));
    return 0;
  }
  const measured = [];
  for (const figure of figures.filter(({ name }) => only.includes(name))) measured.push(await measure(figure));
  const results = measured.map(({ result }) => result);
  process.stdout.write(report(measured));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

/** @param {import('./figure.js').Figure} figure */
async function measure(figure) {
  process.stderr.write(`${figure.name} ...\n`);
  try {
    const measured = await figure.run({ runs });
    return { result: judge(figure, measured), note: measured.note };
  } catch (error) {
    return { result: notMeasured(figure), note: messageOf(error) };
  } finally {
    await stopAll();
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
