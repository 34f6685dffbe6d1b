// Given hundreds of workers at once, a dev server was seen to refuse starts with "Namespace not found". Why is not known.
import { setTimeout as pause } from 'node:timers/promises';

const attempts = 60;
const againMs = 1_000;

/** @param {() => Promise<unknown>} life - Lived until it succeeds once. @returns {Promise<void>} */
export async function untilSettled(life) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await life();
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
      await pause(againMs);
    }
  }
}
