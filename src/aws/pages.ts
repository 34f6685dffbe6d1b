/** All pages of a list. EC2 and the tagging API end it with an empty token, the others with none. */
export async function everyPage<Item>(
  ask: (token: string | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await ask(token);
    found.push(...items);
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return found;
}
