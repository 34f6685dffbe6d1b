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
      const left = () => sayFor((since + windowMs - Date.now()) / 1_000);
      line.show(`${sayTime(last.at)}  ${state}`, () => `${goal}: ${state}, ${left()} left`);
    },
    end: line.end,
  };
}

const sayState = ({ state, reason, description }: Sight): string => {
  const rest = description ?? reason;
  return rest === undefined ? state : `${state} (${rest})`;
};
