import { z } from 'zod';
import { AwsError } from '../../wire/aws-error.js';
import type { Page } from '../page.js';
import { pageOf } from '../page.js';
import { listOf } from '../service.js';
import { invalidParameter } from './dry-run.js';
import type { FilterFields } from './filters.js';
import { parseFilter } from './filters.js';
import type { IdentifierKind } from './identifiers.js';
import { findAll } from './identifiers.js';

/** Parameters that the Describe actions have in common. */
export const listingParameters = {
  Filter: listOf(z.object({ Name: z.string(), Value: listOf(z.string()) })),
  MaxResults: z.coerce.number().int().optional(),
  NextToken: z.string().optional(),
};

/** What one Describe action lists, and by what. */
export interface Listing<Item> {
  readonly identifiers: IdentifierKind;
  /** What there is, by identifier. */
  readonly all: ReadonlyMap<string, Item>;
  readonly fields: FilterFields<Item>;
  /** Name of the list of identifiers, as in messages: `SubnetIds`. */
  readonly idsParameter: string;
  /** Name of the page size, as in messages: older actions write `maxResults`. @default 'MaxResults' */
  readonly sizeParameter?: string;
  /** The most items of a page. */
  readonly largestPage: number;
  /** The most items of a page that the simulator was told to hand out, if less. */
  readonly pageSize: number | undefined;
}

interface Asked {
  readonly ids: readonly string[] | undefined;
  readonly Filter?: readonly { readonly Name: string; readonly Value?: readonly string[] | undefined }[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** The smallest page. Source: EC2 API reference, MaxResults of the Describe actions. */
const smallestPage = 5;

/**
 * The page that was asked for: by identifier or all, and of these what passes every filter.
 *
 * @throws `AwsError` when an identifier, a filter, the size or the token is not valid, or identifiers and a size are combined.
 */
export function listPage<Item extends { readonly tags: Readonly<Record<string, string>> }>(
  listing: Listing<Item>,
  asked: Asked,
): Page<Item> {
  const { ids = [], Filter = [], MaxResults, NextToken } = asked;
  refuseSize(listing, ids, MaxResults);
  const candidates = ids.length > 0 ? findAll(listing.identifiers, listing.all, ids) : [...listing.all.values()];
  const filters = Filter.map(({ Name, Value = [] }) => parseFilter(listing.fields, Name, Value));
  const found = candidates.filter((item) => filters.every((passes) => passes(item)));
  const size = Math.min(MaxResults ?? listing.largestPage, listing.pageSize ?? listing.largestPage);
  return pageOf(found, NextToken, size, invalidParameter);
}

function refuseSize<Item>(listing: Listing<Item>, ids: readonly string[], size: number | undefined): void {
  if (size === undefined) return;
  const { idsParameter, sizeParameter = 'MaxResults' } = listing;
  if (ids.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter ${idsParameter} cannot be used with the parameter ${sizeParameter}`,
    );
  }
  const bound =
    size < smallestPage
      ? `greater than or equal to ${smallestPage}`
      : size > listing.largestPage
        ? `smaller than or equal to ${listing.largestPage}`
        : undefined;
  if (bound !== undefined)
    throw new AwsError(
      invalidParameter,
      `Value ( ${size} ) for parameter ${sizeParameter} is invalid. Expecting a value ${bound}.`,
    );
}
