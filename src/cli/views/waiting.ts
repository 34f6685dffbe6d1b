import type { Observed, Sight } from '../../domain/target-health.js';
import { openLiveLine } from './live-line.js';
import { sayFor, sayTime } from './span.js';

/** How a wait goes: what was seen last, and how much time is left. */
export interface WaitingLine {
  /** @param heartbeat what a step that looks puts down */
  readonly show: (heartbeat: unknown) => void;
  readonly end: () => void;
}

export function openWaiting(out: NodeJS.WriteStream, goal: string, windowMs: number): WaitingLine {
  const line = openLiveLine(out);
  return {
    show(heartbeat) {
      const { since, observations } = (heartbeat ?? {}) as Partial<{ since: number; observations: Observed<Sight>[] }>;
      const last = observations?.at(-1);
      if (since === undefined || last === undefined) return;
      const state = sayState(last);
      const leftAt = (now: number) => `${sayFor((since + windowMs - now) / 1_000)} left`;
      // Of a line that stays: as it was when the state was first seen, or each look would be news.
      const change = `${sayTime(last.at)}  ${state}, ${leftAt(Date.parse(last.at))}`;
      line.show(change, () => `${goal}: ${state}, ${leftAt(Date.now())}`);
    },
    end: line.end,
  };
}

const sayState = ({ state, reason, description }: Sight): string => {
  const rest = description ?? reason;
  return rest === undefined ? state : `${state} (${rest})`;
};
