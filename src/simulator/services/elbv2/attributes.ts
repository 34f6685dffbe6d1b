import { z } from 'zod';
import type { TargetGroup } from '../../world/targets/target-group.js';
import { refuseAttributes } from '../../world/targets/target-group-attributes.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { members } from '../../wire/xml.js';
import { findTargetGroup, validationError } from './lookup.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';

const describeParameters = z.object({ TargetGroupArn: z.string() });
const modifyParameters = z.object({
  TargetGroupArn: z.string(),
  Attributes: listOf(z.object({ Key: z.string(), Value: z.string().default('') })),
});

const describe = ({ attributes }: TargetGroup) => ({
  Attributes: members([...attributes].map(([Key, Value]) => ({ Key, Value }))),
});

/** DescribeTargetGroupAttributes: all of them, defaults included. */
export const describeTargetGroupAttributes = (world: World): Action =>
  action(validationError, describeParameters, ({ TargetGroupArn }) => ({
    result: describe(findTargetGroup(world, TargetGroupArn)),
  }));

/** ModifyTargetGroupAttributes: all of the change, or none of it. A target that drains already keeps its delay. */
export const modifyTargetGroupAttributes = (world: World): Action =>
  action(validationError, modifyParameters, ({ TargetGroupArn, Attributes = [] }) => {
    if (Attributes.length === 0) throw new AwsError(validationError, 'At least one attribute must be specified');
    const group = findTargetGroup(world, TargetGroupArn);
    const changes = Attributes.map(({ Key, Value }) => [Key, Value] as const);
    const refusal = refuseAttributes(new Map([...group.attributes, ...changes]));
    if (refusal !== undefined) throw new AwsError(validationError, refusal);
    for (const [key, value] of changes) group.attributes.set(key, value);
    const effect = `set ${changes.map(([key, value]) => `${key}=${value}`).join(', ')} of ${group.name}`;
    return { result: describe(group), effect };
  });
