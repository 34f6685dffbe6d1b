import { createLogUpdate } from 'log-update';
import { tableOf } from '../cli/views/table.js';

export interface Row {
  readonly instanceId: string;
  readonly phase: string;
  readonly health: string;
  readonly secondsLeft: string;
  /** Flows that are open with it now, and those that were cut. */
  readonly flows: number;
  readonly cut: number;
  readonly note: string;
}

/** Where the demo shows what happens: a live table on a terminal, a line for each change elsewhere. */
export interface Board {
  readonly say: (line: string) => void;
  readonly show: (rows: readonly Row[]) => void;
  /** Leaves the last table standing. */
  readonly end: () => void;
}

const heads = ['instance', 'phase', 'target health', 'left', 'flows', 'cut', 'what happens'];

export function openBoard(out: NodeJS.WriteStream): Board {
  return out.isTTY ? liveBoard(out) : plainBoard(out);
}

function liveBoard(out: NodeJS.WriteStream): Board {
  const update = createLogUpdate(out);
  let last = '';
  return {
    say(line) {
      update.clear();
      out.write(`${line}\n`);
      if (last !== '') update(last);
    },
    show(rows) {
      last = tableOf(heads, rows.map(cells));
      update(last);
    },
    end() {
      update.done();
      last = '';
    },
  };
}

function plainBoard(out: NodeJS.WriteStream): Board {
  const seen = new Map<string, string>();
  return {
    say: (line) => void out.write(`${line}\n`),
    show(rows) {
      for (const row of rows) {
        const cut = row.cut === 0 ? '' : `, ${row.cut} flows cut`;
        const now = `${row.phase}, target ${row.health}${cut}${row.note === '' ? '' : `  (${row.note})`}`;
        if (seen.get(row.instanceId) === now) continue;
        seen.set(row.instanceId, now);
        out.write(`  ${row.instanceId}  ${now}\n`);
      }
    },
    end: () => undefined,
  };
}

const cells = ({ instanceId, phase, health, secondsLeft, flows, cut, note }: Row): string[] => [
  instanceId,
  phase,
  health,
  secondsLeft,
  String(flows),
  String(cut),
  note,
];
