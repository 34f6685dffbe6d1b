import type { Mend } from './mend.js';

/** `warn`: it works, and may not when it counts. `fail`: an agent cannot do its work so. */
export type Verdict = 'ok' | 'warn' | 'fail';

/** What one check came to. */
export interface Line {
  readonly verdict: Verdict;
  /** The check's name, the same in every release: what a script looks for. */
  readonly check: string;
  /** What was found and, where it is not as it should be, why that matters. One sentence, without a full stop. */
  readonly why: string;
  /** What to type to mend it. */
  readonly mend?: Mend;
}

export interface Area {
  readonly area: string;
  readonly lines: readonly Line[];
}

type Rest = readonly [check: string, why: string, mend?: Mend];

const line = (verdict: Verdict, [check, why, mend]: Rest): Line => ({
  verdict,
  check,
  why,
  ...(mend === undefined ? {} : { mend }),
});

export const ok = (...rest: Rest): Line => line('ok', rest);
export const warn = (...rest: Rest): Line => line('warn', rest);
export const fail = (...rest: Rest): Line => line('fail', rest);

/** The line of a check whose facts could not be had: it hides no other line, and is no verdict on the thing itself. */
export const notChecked = (check: string, reason: string, mend?: Mend): Line =>
  warn(check, `not checked: ${reason}`, mend);

/** The worst verdict of them all. */
export function worstOf(areas: readonly Area[]): Verdict {
  const verdicts = new Set(areas.flatMap(({ lines }) => lines.map(({ verdict }) => verdict)));
  return verdicts.has('fail') ? 'fail' : verdicts.has('warn') ? 'warn' : 'ok';
}
