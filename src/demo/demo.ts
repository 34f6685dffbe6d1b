import { Client, Connection } from '@temporalio/client';
import { watchAppliances } from './watch.js';
import type { Watch } from './watch.js';
import { openBoard } from './board.js';
import type { Board } from './board.js';
import { assemble } from './cast.js';
import type { Cast } from './cast.js';
import { obtainTemporalCli } from './temporal-cli.js';
import { startTemporalServer } from './temporal-server.js';
import type { TemporalServer } from './temporal-server.js';
import { waysOut } from './ways-out.js';
import { brokenPromises, receiptTable } from './verdict.js';
import type { Departure, Promised } from './verdict.js';

export interface DemoOptions {
  readonly drainSeconds: number;
  readonly keep: boolean;
}

/**
 * Three appliances in and out of service beside one that a script runs, under flows, on a real Temporal server and a simulated AWS.
 *
 * Ctrl-C ends it and every child.
 *
 * @returns the exit code: 0 when everything was as promised, 1 otherwise, 130 after Ctrl-C.
 */
export async function runDemo({ drainSeconds, keep }: DemoOptions): Promise<number> {
  const board = openBoard(process.stdout);
  const stop = new AbortController();
  // Not once: what redraws the board listens as well, and ends the process where nobody else listens any more (signal-exit).
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const interrupted = new Promise<'interrupted'>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve('interrupted'));
  });
  const ending: (() => Promise<unknown>)[] = [];
  let verdict: number | undefined;
  try {
    const code = await Promise.race([show(), interrupted]);
    return code === 'interrupted' ? (verdict ?? 130) : code;
  } finally {
    // The last one first, also where Ctrl-C found something just beginning, which comes while others end.
    for (let end = ending.pop(); end !== undefined; end = ending.pop()) await end().catch(() => undefined);
  }

  /** What has begun will be ended; and nothing more begins after Ctrl-C. */
  function begun(end: () => Promise<unknown>): void {
    ending.push(end);
    stop.signal.throwIfAborted();
  }

  async function show(): Promise<number> {
    const cliPath = await obtainTemporalCli({ log: board.say });
    const temporal = await startTemporalServer({ cliPath, ui: true, log: board.say });
    begun(() => temporal.stop());
    const lines = new Map<string, string[]>();
    const onLine = (id: string, line: string) => lines.set(id, [...(lines.get(id) ?? []), line]);
    const cast = await assemble({ temporalAddress: temporal.address, drainSeconds, onLine });
    begun(() => cast.close());
    introduce(board, temporal, cast);

    const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
    begun(() => client.connection.close());
    const watch = watchAppliances({ client, cast, board });
    begun(() => watch.stop());
    verdict = (await perform(client, cast, watch, temporal, cliPath, lines)) ? 1 : 0;
    if (keep) await keepOpen(temporal);
    return verdict;
  }

  async function perform(
    client: Client,
    cast: Cast,
    watch: Watch,
    temporal: TemporalServer,
    cliPath: string,
    lines: ReadonlyMap<string, readonly string[]>,
  ): Promise<boolean> {
    const agents = await Promise.all(
      cast.appliances.map(async (appliance) => ({ appliance, process: await appliance.start() })),
    );
    begun(() => Promise.all(agents.map(({ process }) => process.stop(0))));
    await watch.allInService();
    board.say('\nAll are in service, and flows come in. Now four leave, each in its own way:\n');
    const { leaves: departures, cutByScript } = await waysOut({
      agents,
      cast,
      client,
      watch,
      cliPath,
      temporal,
      drainSeconds,
    });
    await watch.stop();
    board.end();
    board.say(`\nDrain receipts\n\n${receiptTable(departures.map(({ departure }) => departure))}\n`);
    board.say(sumOfFlows(cast, departures, cutByScript));
    const broken = departures.flatMap(({ departure, promised }) => brokenPromises(departure, promised));
    for (const sentence of broken) board.say(`NOT AS PROMISED  ${sentence}`);
    for (const { departure } of departures) {
      if (!broken.some((sentence) => sentence.startsWith(departure.instanceId))) continue;
      board.say(`\nLast lines of the agent on ${departure.instanceId}:`);
      for (const line of (lines.get(departure.instanceId) ?? []).slice(-12)) board.say(`  ${line}`);
    }
    if (broken.length === 0) board.say('Everything was as promised.');
    return broken.length > 0;
  }

  async function keepOpen(temporal: TemporalServer): Promise<void> {
    board.say(`\nThe Temporal Web UI stays up: ${temporal.uiUrl ?? ''}\nCtrl-C ends it.`);
    await interrupted;
  }
}

/** What the product is for, in three lines. */
function sumOfFlows(
  { aws, targetGroupArn }: Cast,
  departures: readonly { departure: Departure; promised: Promised }[],
  cutByScript: number,
): string {
  const cut = (outcome: Promised['outcome']) =>
    departures.reduce((sum, { departure, promised }) => sum + (promised.outcome === outcome ? departure.cut : 0), 0);
  return [
    `Of ${aws.flows(targetGroupArn).opened} flows, these were cut:`,
    `  ${String(cut('drained')).padStart(4)}  by the two drains`,
    `  ${String(cut('interrupted')).padStart(4)}  by the force, which did not wait for them`,
    `  ${String(cutByScript).padStart(4)}  by the shell script: deregister-targets, then stop\n`,
  ].join('\n');
}

function introduce(board: Board, temporal: TemporalServer, { aws }: Cast): void {
  board.say(
    [
      'Drawbridge demo: appliances in and out of service, under flows',
      '',
      `  Temporal Web UI  ${temporal.uiUrl ?? ''}/namespaces/${temporal.namespace}/workflows`,
      `  Temporal server  ${temporal.address}`,
      `  simulated AWS    ${aws.endpoint}`,
      '',
      'Three real agents start. AWS asks their health endpoints before it calls a target',
      'healthy. A fourth appliance is run by a shell script, a fifth stays in service.',
      '',
    ].join('\n'),
  );
}
