import { z } from 'zod';
import type { World } from '../world/world.js';
import { AwsError } from '../wire/aws-error.js';
import { jsonProtocol } from '../wire/protocol.js';
import { pageOf } from './page.js';
import type { Action, Service } from './service.js';
import { action } from './service.js';

const invalidParameter = 'InvalidParameterException';
/** Resources per page: the most, and when nobody says. Source: tagging API reference, ResourcesPerPage. */
const largestPage = 100;
const usualPage = 50;

const parameters = z.object({
  TagFilters: z
    .array(z.object({ Key: z.string().min(1).max(128), Values: z.array(z.string().max(256)).max(20).default([]) }))
    .max(50)
    .optional(),
  ResourceTypeFilters: z.array(z.string()).max(100).optional(),
  ResourcesPerPage: z.number().int().min(1).max(largestPage).optional(),
  TagsPerPage: z.number().int().optional(),
  PaginationToken: z.string().optional(),
  ResourceARNList: z.array(z.string().min(1).max(1_011)).min(1).max(100).optional(),
});

/** What a list of ARNs does not go together with. Source: tagging API reference, GetResources, ResourceARNList. */
const notWithArns = [
  'TagFilters',
  'ResourceTypeFilters',
  'ResourcesPerPage',
  'TagsPerPage',
  'PaginationToken',
] as const satisfies (keyof z.output<typeof parameters>)[];

/** Resource Groups Tagging API, version 2017-01-26. */
export const tagging = (world: World, pageSize: number | undefined): Service => ({
  name: 'tagging',
  identity: 'ResourceGroupsTaggingAPI_20170126',
  protocol: jsonProtocol({
    InternalServiceException: 'Message',
    InvalidParameterException: 'Message',
    PaginationTokenExpiredException: 'Message',
    ThrottledException: 'Message',
  }),
  unknownAction: (name) => new AwsError('UnknownOperationException', `The operation ${name} is not known`),
  actions: new Map([['GetResources', getResources(world, pageSize)]]),
});

interface Resource {
  readonly arn: string;
  /** `service` or `service:type`, as ResourceTypeFilters says it. */
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** GetResources: tagged target groups and instances. Filters are all to match, each by any of its values; or those of a list of ARNs. */
const getResources = (world: World, pageSize = largestPage): Action =>
  action(invalidParameter, parameters, (input, _caller, asOf) => {
    const { ResourceARNList: arns, ResourceTypeFilters: types = [], TagFilters: filters = [] } = input;
    const found = taggedResources(world, asOf).filter(
      ({ arn, type, tags }) =>
        (arns === undefined || arns.includes(arn)) &&
        (types.length === 0 || types.some((filter) => isOfType(type, filter))) &&
        filters.every(({ Key, Values }) => hasTag(tags, Key, Values)),
    );
    const tooMuch = arns && notWithArns.find((name) => input[name] !== undefined);
    if (tooMuch !== undefined)
      throw new AwsError(invalidParameter, `ResourceARNList cannot be specified together with ${tooMuch}`);
    // A list of ARNs comes in one answer: there is no asking for the rest of it.
    const size = arns ? arns.length : Math.min(input.ResourcesPerPage ?? usualPage, pageSize);
    const page = pageOf(found, input.PaginationToken, size, invalidParameter);
    const mappings = page.items.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }));
    return { result: { PaginationToken: page.next ?? '', ResourceTagMappingList: mappings } };
  });

/** What is tagged, or was: AWS lists a resource that lost its tags without any. Source: tagging API reference, GetResources. */
function taggedResources(world: World, asOf: number): Resource[] {
  const groups = [...world.groups.values()]
    .filter(({ createdAt, tagTimeline }) => createdAt <= asOf && tagTimeline.ever(isTagged))
    .map(({ arn, tagTimeline }) => ({ arn, type: 'elasticloadbalancing:targetgroup', tags: tagTimeline.at(asOf) }));
  const instances = [...world.instances.values()]
    .filter(({ launchedAt, tags }) => launchedAt <= asOf && isTagged(tags))
    .map(({ instanceId, tags }) => ({
      arn: `arn:aws:ec2:${world.region}:${world.account}:instance/${instanceId}`,
      type: 'ec2:instance',
      tags,
    }));
  return [...groups, ...instances];
}

const isTagged = (tags: Resource['tags']): boolean => Object.keys(tags).length > 0;

const isOfType = (type: string, filter: string): boolean => type === filter || type.startsWith(`${filter}:`);

const hasTag = (tags: Readonly<Record<string, string>>, key: string, values: readonly string[]): boolean =>
  Object.hasOwn(tags, key) && (values.length === 0 || values.includes(tags[key] ?? ''));
