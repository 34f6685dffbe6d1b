import { createLogUpdate } from 'log-update';
import type { Standing } from '../../domain/standing.js';
import { sayFor, sayTime } from './span.js';

/** One line that counts down on a terminal; a line for each change elsewhere. */
export interface Progress {
  readonly show: (standing: Standing) => void;
  readonly end: () => void;
}

export function openProgress(out: NodeJS.WriteStream): Progress {
  let last = '';
  let current: Standing | undefined;
  const say = (line: string) => {
    if (line !== last) out.write(`${line}\n`);
    last = line;
  };
  if (!out.isTTY)
    return { show: (standing) => say(`${sayTime(standing.since)}  ${changeOf(standing)}`), end: () => undefined };

  const update = createLogUpdate(out);
  const draw = () => {
    if (current !== undefined) update(`${current.instanceId}  ${momentOf(current, Date.now())}`);
  };
  const ticking = setInterval(draw, 250);
  return {
    show(standing) {
      current = standing;
      draw();
    },
    end() {
      clearInterval(ticking);
      update.clear();
    },
  };
}

const failing = ({ lastFailure }: Standing): string => (lastFailure === null ? '' : `, ${lastFailure}`);

const changeOf = (standing: Standing): string =>
  `${standing.phase}${standing.drainUntil === null ? '' : ` until ${sayTime(standing.drainUntil)}`}${failing(standing)}`;

function momentOf(standing: Standing, now: number): string {
  const { phase, since, drainUntil } = standing;
  if (drainUntil !== null)
    return `${phase}, ${sayFor((Date.parse(drainUntil) - now) / 1_000)} left${failing(standing)}`;
  return `${phase} for ${sayFor((now - Date.parse(since)) / 1_000)}${failing(standing)}`;
}
