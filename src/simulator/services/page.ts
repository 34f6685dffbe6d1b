import { AwsError } from '../wire/aws-error.js';

/** A part of a list, and where the next part starts. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** The token says where to go on: opaque to clients, as AWS's. */
const encode = (offset: number): string => Buffer.from(`from:${offset}`).toString('base64url');

/**
 * The page of `all` that starts at `token`.
 *
 * @throws `AwsError` with `invalidCode` when this simulator did not give out that token.
 */
export function pageOf<Item>(
  all: readonly Item[],
  token: string | undefined,
  size: number,
  invalidCode: string,
): Page<Item> {
  const offset = token === undefined || token === '' ? 0 : decode(token, invalidCode);
  const end = offset + size;
  return { items: all.slice(offset, end), next: end < all.length ? encode(end) : undefined };
}

function decode(token: string, invalidCode: string): number {
  const offset = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw new AwsError(invalidCode, 'The pagination token is not valid');
  return Number(offset);
}
