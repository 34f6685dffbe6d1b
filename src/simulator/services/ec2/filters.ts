import { AwsError } from '../../wire/aws-error.js';

/** Anything that a Describe action lists. */
interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
}

/** What the filters of one Describe action look at, by the name of the filter. Beside these there are those for tags. */
export type FilterFields<Item> = Readonly<Record<string, (item: Item) => readonly string[]>>;

/**
 * Reads one filter of an EC2 Describe call: an item passes when any of the values matches.
 *
 * @throws `AwsError` InvalidParameterValue when EC2 (or this simulator) has no filter of that name.
 */
export function parseFilter<Item extends Tagged>(
  fields: FilterFields<Item>,
  name: string,
  values: readonly string[],
): (item: Item) => boolean {
  const read = fieldNamed(fields, name);
  return (item) => values.some((pattern) => read(item).some((value) => matches(pattern, value)));
}

function fieldNamed<Item extends Tagged>(fields: FilterFields<Item>, name: string): (item: Item) => readonly string[] {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) return field;
  if (name === 'tag-key') return ({ tags }) => Object.keys(tags);
  if (!name.startsWith('tag:')) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  const key = name.slice('tag:'.length);
  return ({ tags }) => (Object.hasOwn(tags, key) ? [tags[key] ?? ''] : []);
}

/** EC2 filter values know `*` and `?`. Never backtracks past the last `*`: patterns come from outside. */
function matches(pattern: string, value: string): boolean {
  let [at, within, star, retry] = [0, 0, -1, 0];
  while (within < value.length) {
    if (pattern[at] === '*') [star, retry] = [at++, within];
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[within]))
      [at, within] = [at + 1, within + 1];
    else if (star >= 0) [at, within] = [star + 1, ++retry];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
