import { faultOf } from '../aws/faults.js';
import { asError } from '../domain/failures.js';
import { within } from '../workers/bounded.js';

/** What a question to the outside came to: its answer, or why there is none. */
export type Probed<T> = { readonly value: T } | { readonly error: Error };

/** One question. Ours: whoever asks for a diagnosis waits for all of them, and what takes longer is a finding by itself. */
export const probeMs = 5_000;

/** Asks, and never rejects. */
export async function probe<T>(ask: (signal: AbortSignal) => Promise<T>, boundMs = probeMs): Promise<Probed<T>> {
  try {
    return { value: await within(boundMs, ask) };
  } catch (error) {
    return { error: asError(error) };
  }
}

/** For a question that could not be put at all. */
export const unasked = (reason: string): { readonly error: Error } => ({ error: new Error(reason) });

export const valueOf = <T>(probed: Probed<T>): T | undefined => ('value' in probed ? probed.value : undefined);

/** The next question, which needs the answer to this one. */
export async function andThen<T, U>(first: Probed<T>, next: (value: T) => Promise<Probed<U>>): Promise<Probed<U>> {
  return 'value' in first ? next(first.value) : first;
}

/** An error in one line: AWS's name for it, where it is one of AWS's, and its first line. */
export function reasonOf(error: Error): string {
  const first = (error.message.split('\n', 1)[0] ?? '').replace(/[.\s]+$/, '');
  const code = faultOf(error)?.code;
  if (code === undefined || first.includes(code)) return first === '' ? error.name : first;
  return first === '' ? code : `${code}: ${first}`;
}
