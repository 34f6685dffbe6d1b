import { z } from 'zod';
import type { TargetGroup } from '../../world/targets/target-group.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { members } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';
import { findTargetGroup, validationError } from './lookup.js';

/** Tags of one resource, and resources of one DescribeTags. Source: ELBv2 API reference and quotas. */
const tagsPerResource = 50;
const resourcesPerCall = 20;

const key = z.string().min(1).max(128);
export const tagList = listOf(z.object({ Key: key, Value: z.string().max(256).default('') }));

const resources = listOf(z.string());
const addParameters = z.object({ ResourceArns: resources, Tags: tagList });
const removeParameters = z.object({ ResourceArns: resources, TagKeys: listOf(key) });
const describeParameters = z.object({ ResourceArns: resources });

type Tags = Readonly<Record<string, string>>;

/** AddTags: of all the target groups, or of none. A key that is there gets the new value. */
export const addTags = (world: World): Action =>
  action(validationError, addParameters, ({ ResourceArns, Tags }) => {
    const added = readTags(Tags);
    const groups = findResources(world, ResourceArns);
    for (const { tags } of groups) refuseTooMany({ ...tags, ...added });
    for (const group of groups) retag(world, group, { ...group.tags, ...added });
    return { result: {}, effect: `tagged ${names(groups)} with ${Object.keys(added).join(', ')}` };
  });

/** RemoveTags. A key that is not there is no error. */
export const removeTags = (world: World): Action =>
  action(validationError, removeParameters, ({ ResourceArns, TagKeys = [] }) => {
    if (TagKeys.length === 0) throw new AwsError(validationError, 'At least one tag key must be specified');
    const groups = findResources(world, ResourceArns);
    for (const group of groups)
      retag(world, group, Object.fromEntries(Object.entries(group.tags).filter(([name]) => !TagKeys.includes(name))));
    return { result: {}, effect: `removed ${TagKeys.join(', ')} from the tags of ${names(groups)}` };
  });

/** DescribeTags: of up to 20 target groups, in the order that they were asked for. */
export const describeTags = (world: World): Action =>
  action(validationError, describeParameters, ({ ResourceArns }, _caller, asOf) => {
    const described = findResources(world, ResourceArns).map(({ arn, tagTimeline }) => ({
      ResourceArn: arn,
      Tags: members(Object.entries(tagTimeline.at(asOf)).map(([Key, Value]) => ({ Key, Value }))),
    }));
    return { result: { TagDescriptions: members(described) } };
  });

/**
 * @param duplicate - the code for a key that comes twice: CreateTargetGroup has no DuplicateTagKeys of its own.
 * @throws `AwsError` with that code, TooManyTags, or ValidationError for none or for a key that is AWS's own.
 */
export function readTags(tags: z.output<typeof tagList>, duplicate = 'DuplicateTagKeys'): Tags {
  const pairs = (tags ?? []).map(({ Key, Value }) => [Key, Value] as const);
  const read = Object.fromEntries(pairs);
  if (pairs.length === 0) throw new AwsError(validationError, 'At least one tag must be specified');
  if (Object.keys(read).length < pairs.length)
    throw new AwsError(duplicate, 'The tag keys are not unique: each may be given once');
  const reserved = Object.keys(read).find((name) => name.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) throw new AwsError(validationError, `The tag key '${reserved}' is reserved for AWS`);
  refuseTooMany(read);
  return read;
}

function refuseTooMany(tags: Tags): void {
  if (Object.keys(tags).length > tagsPerResource)
    throw new AwsError('TooManyTags', `A resource cannot have more than ${tagsPerResource} tags`);
}

function findResources(world: World, arns: readonly string[] = []): TargetGroup[] {
  if (arns.length === 0) throw new AwsError(validationError, 'At least one resource ARN must be specified');
  if (arns.length > resourcesPerCall)
    throw new AwsError(validationError, `No more than ${resourcesPerCall} resources can be named in one request`);
  return arns.map((arn) => findTargetGroup(world, arn));
}

const retag = (world: World, group: TargetGroup, tags: Tags): void => group.tagTimeline.set(tags, world.clock.now());

const names = (groups: readonly TargetGroup[]): string => groups.map(({ name }) => name).join(', ');
