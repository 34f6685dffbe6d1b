import type { DrainPolicy } from '../domain/drain.js';
import { shutdownBudgetMs } from '../domain/starting.js';
import { farewellMs, imdsRetry } from '../domain/timings.js';
import { silenceMs, stopMs } from './waits.js';

/**
 * The longest that an agent may take from SIGTERM to its end, in whole seconds: what its supervisor has to grant (I7).
 *
 * Told to go while it boots it first waits to know its instance, and tries once more to connect; then the start of the shutdown,
 * the shutdown with every retry used up, the workers' stop, and the last spans. Without Temporal the same steps take less.
 */
export function stopBudgetSeconds(drain: DrainPolicy | undefined): number {
  const booting = imdsRetry.budgetMs + silenceMs;
  return Math.ceil((booting + silenceMs + shutdownBudgetMs({ drain }) + stopMs + farewellMs) / 1_000);
}
