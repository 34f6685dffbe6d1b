/** What is looked at again and again. */
export interface Screen {
  /** @param what tells one state from the next, where the text alone changes with the time */
  readonly show: (text: string, what?: string) => void;
  readonly end: () => void;
}

/** On a terminal in place; elsewhere, and as JSON, whenever something has changed. */
export async function openScreen(out: NodeJS.WriteStream, json: boolean): Promise<Screen> {
  if (out.isTTY && !json) {
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(out);
    return { show: (text) => update(text), end: () => update.done() };
  }
  let last: string | undefined;
  return {
    show(text, what = text) {
      if (what !== last) out.write(`${text}\n`);
      last = what;
    },
    end: () => undefined,
  };
}
