/**
 * When a shutdown is worth a query, which is an Action; a description, which says how long its history is, is none.
 *
 * A history as long as at the last answer says the same as then. One that was begun here goes from step to step at first, which this process
 * sees itself: it is asked once its history rests, or once its drain is known here.
 */
export class News {
  private readonly isOwn: boolean;
  private lengthBefore: number | undefined;
  private lengthHeard: number | undefined;

  /** @param isOwn - whether the shutdown was begun by this process */
  constructor(isOwn: boolean) {
    this.isOwn = isOwn;
  }

  /** Told of each description. @returns whether to ask. */
  isThere(historyLength: number, drainIsKnown: boolean): boolean {
    const rests = !this.isOwn || drainIsKnown || historyLength === this.lengthBefore;
    this.lengthBefore = historyLength;
    return rests && historyLength !== this.lengthHeard;
  }

  /** The question was answered. */
  heard(historyLength: number): void {
    this.lengthHeard = historyLength;
  }
}
