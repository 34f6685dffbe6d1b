// A dev server that was given hundreds of queues at once does not know its own namespace for a while.
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
