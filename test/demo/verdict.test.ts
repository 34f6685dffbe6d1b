import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../../src/cli/views/table.js';
import type { Row } from '../../src/demo/board.js';
import { openBoard } from '../../src/demo/board.js';
import type { Departure } from '../../src/demo/verdict.js';
import { brokenPromises, receiptTable } from '../../src/demo/verdict.js';
import type { DrainReceipt } from '../../src/domain/receipt.js';

const columns = 80;
const promised = { outcome: 'drained', drainSeconds: 60, exitCode: 0 } as const;

function aDeparture(given: Partial<Departure> = {}): Departure {
  return {
    instanceId: 'i-0000000a',
    how: 'SIGKILL in mid-drain',
    receipt: { outcome: 'drained', drainPeriodSeconds: 60, drainedSeconds: 60.2 } as DrainReceipt,
    deregistrations: 1,
    exit: { code: 0, signal: null },
    cut: 0,
    ...given,
  };
}

const row: Row = {
  instanceId: 'i-0000000b',
  phase: 'out of service',
  health: 'not registered',
  secondsLeft: '60 s',
  flows: 120,
  cut: 120,
  note: 'killed, restarted',
};

describe("the demo's verdict", () => {
  it('has nothing to say when everything was as promised', () => {
    expect(brokenPromises(aDeparture(), promised)).toEqual([]);
  });

  it.each<[string, Partial<Departure>]>([
    ['3 flows cut, expected 0', { cut: 3 }],
    ['2 DeregisterTargets, expected 1', { deregistrations: 2 }],
    ['agent exit code none, expected 0', { exit: undefined }],
    ['outcome unknown, expected drained', { receipt: undefined }],
  ])('says that a drain broke its promise: %s', (sentence, given) => {
    expect(brokenPromises(aDeparture(given), promised)).toContain(`i-0000000a: ${sentence}`);
  });

  it('does not promise that a force cuts nothing', () => {
    const receipt = { outcome: 'interrupted', drainPeriodSeconds: 60, drainedSeconds: 15 } as DrainReceipt;
    const forced = aDeparture({ receipt, cut: 7, exit: { code: 1, signal: null } });
    expect(brokenPromises(forced, { ...promised, outcome: 'interrupted', exitCode: 1 })).toEqual([]);
  });
});

describe('what the demo shows', () => {
  it('fits a terminal of 80 columns, receipts and live table alike', () => {
    const receipt = { outcome: 'interrupted', drainPeriodSeconds: 3600, drainedSeconds: 3600 } as DrainReceipt;
    const lines = receiptTable([aDeparture({ receipt, cut: 120 })]).split('\n');
    const live = tableOf(
      ['instance', 'phase', 'target health', 'left', 'flows', 'cut', 'what happens'],
      [[row.instanceId, row.phase, row.health, row.secondsLeft, '120', '120', row.note]],
    ).split('\n');
    for (const line of [...lines, ...live]) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('is a line for each change where there is no terminal, and none for a count of open flows', () => {
    const out = new PassThrough() as unknown as NodeJS.WriteStream;
    const written: string[] = [];
    out.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const board = openBoard(out);
    board.show([row]);
    board.show([{ ...row, flows: 7 }]);
    board.show([{ ...row, cut: 121 }]);
    expect(written).toEqual([
      '  i-0000000b  out of service, target not registered, 120 flows cut  (killed, restarted)\n',
      '  i-0000000b  out of service, target not registered, 121 flows cut  (killed, restarted)\n',
    ]);
  });
});
