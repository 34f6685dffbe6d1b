/** Until it has connected, an agent takes a second of a core: those of a file that begin a life start one after the other. */
export interface Turn {
  /** Resolves when everybody who took a turn before has ended theirs. */
  readonly begins: Promise<void>;
  /** Safe to repeat. */
  end(): void;
}

let last = Promise.resolve();

export function takeTurn(): Turn {
  const begins = last;
  let end = (): void => undefined;
  last = new Promise((resolve) => (end = resolve));
  return { begins, end: () => end() };
}
