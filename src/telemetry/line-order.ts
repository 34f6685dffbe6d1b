/**
 * The SDK holds back what workflows, activities and its core say for 100 ms, to sort it. Whatever else is logged comes after
 * what was said before it: it asks for what is held back first. One for the process, as the SDK's runtime is.
 */
let release: () => void = () => undefined;
let releasing = false;

/** @param flush makes the SDK's logger give out what it holds back */
export function heldBackBy(flush: () => void): void {
  release = flush;
}

export function letOthersGoFirst(): void {
  if (!releasing) inTurn(release);
}

/** For a line that was held back: those that were said after it wait. */
export function inTurn(write: () => void): void {
  const before = releasing;
  releasing = true;
  try {
    write();
  } finally {
    releasing = before;
  }
}
