import { createLogUpdate } from 'log-update';
import type { Progress } from '../../domain/standing.js';
import { sayFor, sayTime } from './span.js';

/** One line that counts down on a terminal; a line for each change elsewhere. */
export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly end: () => void;
}

export function openProgress(out: NodeJS.WriteStream, instanceId: string): ProgressLine {
  let last = '';
  let current: Progress | undefined;
  const say = (line: string) => {
    if (line !== last) out.write(`${line}\n`);
    last = line;
  };
  if (!out.isTTY)
    return { show: (progress) => say(`${sayTime(progress.since)}  ${changeOf(progress)}`), end: () => undefined };

  const update = createLogUpdate(out);
  const draw = () => {
    if (current !== undefined) update(`${instanceId}  ${momentOf(current, Date.now())}`);
  };
  const ticking = setInterval(draw, 250);
  return {
    show(progress) {
      current = progress;
      draw();
    },
    end() {
      clearInterval(ticking);
      update.clear();
    },
  };
}

const failing = ({ lastFailure }: Progress): string => (lastFailure === null ? '' : `, ${lastFailure}`);

const changeOf = (progress: Progress): string =>
  `${progress.phase}${progress.drainUntil === null ? '' : ` until ${sayTime(progress.drainUntil)}`}${failing(progress)}`;

function momentOf(progress: Progress, now: number): string {
  const { phase, since, drainUntil } = progress;
  if (drainUntil !== null)
    return `${phase}, ${sayFor((Date.parse(drainUntil) - now) / 1_000)} left${failing(progress)}`;
  return `${phase} for ${sayFor((now - Date.parse(since)) / 1_000)}${failing(progress)}`;
}
