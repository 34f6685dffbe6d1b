import { createLogUpdate } from 'log-update';

/** One line on a terminal, drawn anew four times a second; elsewhere a line for each change. */
export interface LiveLine {
  /**
   * @param change what has changed, for where lines stay
   * @param moment how it is now, for where the line is drawn anew
   */
  readonly show: (change: string, moment: () => string) => void;
  readonly end: () => void;
}

export function openLiveLine(out: NodeJS.WriteStream): LiveLine {
  if (!out.isTTY) {
    let last = '';
    return {
      show(change) {
        if (change !== last) out.write(`${change}\n`);
        last = change;
      },
      end: () => undefined,
    };
  }
  const update = createLogUpdate(out);
  let current = (): string => '';
  const draw = () => update(current());
  const ticking = setInterval(draw, 250);
  return {
    show(_, moment) {
      current = moment;
      draw();
    },
    end() {
      clearInterval(ticking);
      update.clear();
    },
  };
}
