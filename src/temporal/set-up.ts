import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributes } from '../domain/search-attributes.js';

const { INDEXED_VALUE_TYPE_KEYWORD: keyword } = proto.temporal.api.enums.v1.IndexedValueType;

export interface SetUp {
  readonly made: readonly string[];
  readonly there: readonly string[];
}

/**
 * Makes the search attributes that the namespace does not have yet. Safe to repeat.
 *
 * @throws Error for one that is there with another type than Keyword: it can only be removed by hand.
 */
export async function makeSearchAttributes({ operatorService }: Connection, namespace: string): Promise<SetUp> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const names: string[] = Object.values(searchAttributes);
  const there = names.filter((name) => name in customAttributes);
  const wrong = there.filter((name) => customAttributes[name] !== keyword);
  if (wrong.length > 0)
    throw new Error(
      `search attribute ${wrong.join(', ')} of namespace ${namespace}: found another type, expected Keyword; remove it with: temporal operator search-attribute remove --name ${wrong.join(' --name ')}`,
    );
  const made = names.filter((name) => !there.includes(name));
  if (made.length > 0)
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(made.map((name) => [name, keyword])),
    });
  return { made, there };
}
