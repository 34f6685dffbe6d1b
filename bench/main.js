// Measures the figures one after the other, prints them as a table, and fails when one is not what it must be.
// Exit codes: 0 all are, 1 one is not or could not be measured, 2 bad flags. See docs/performance.md.
import { writeFileSync } from 'node:fs';
import { exitCodeOf, judge, notMeasured, rowsOf } from './figure.js';
import { figures } from './figures/index.js';
import { readFlags, UsageError } from './flags.js';
import { profileStart } from './profile.js';
import { stopAll, useNode } from './processes.js';
import { listing, report } from './report.js';

// The announcement of Node 20's end is no news here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

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
  const names = figures.flatMap((figure) => [figure, ...rowsOf(figure)].map(({ name }) => name));
  const { list, json, only, node, profile, cpuProf } = readFlags(process.argv.slice(2), names);
  if (list) {
    process.stdout.write(listing(figures));
    return 0;
  }
  const version = useNode(node ?? process.execPath);
  process.stderr.write(`on Node ${version.replace(/^v/, '')}\n`);
  if (profile) {
    process.stdout.write(await profileStart(runs, { cpuProf }));
    return 0;
  }
  const measured = [];
  for (const figure of figures) {
    const asked = rowsOf(figure).filter(({ name }) => only.includes(name) || only.includes(figure.name));
    if (asked.length === 0) continue;
    const all = await measure(figure);
    measured.push(...all.filter(({ result }) => asked.some(({ name }) => name === result.figure)));
  }
  const results = measured.map(({ result }) => result);
  process.stdout.write(report(measured));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  return exitCodeOf(results);
}

/** @param {import('./figure.js').Figure} figure */
async function measure(figure) {
  process.stderr.write(`${figure.name} ...\n`);
  const rows = rowsOf(figure);
  try {
    const measured = [await figure.run({ runs })].flat();
    return rows.map((row, at) => ({ result: judge(row, measured[at]), note: measured[at].note }));
  } catch (error) {
    return rows.map((row) => ({ result: notMeasured(row), note: messageOf(error) }));
  } finally {
    await stopAll();
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
