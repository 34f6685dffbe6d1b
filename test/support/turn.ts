/** Until it has connected, an agent takes a second of a core: those of a file start one after the other. */
export interface Turn {
  readonly begins: Promise<void>;
  /** Lets the next one begin. Safe to repeat. */
  end(): void;
}

const waiting: (() => void)[] = [];
let isTaken = false;

/** @param place 'first' where a life goes on that has begun already */
export function takeTurn(place: 'first' | 'last'): Turn {
  const begins = new Promise<void>((begin) => waiting.splice(place === 'first' ? 0 : waiting.length, 0, begin));
  if (!isTaken) nextTurn();
  let isOver = false;
  return {
    begins,
    end() {
      if (!isOver) nextTurn();
      isOver = true;
    },
  };
}

function nextTurn(): void {
  const begin = waiting.shift();
  isTaken = begin !== undefined;
  begin?.();
}
