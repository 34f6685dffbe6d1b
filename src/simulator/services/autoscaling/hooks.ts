import { z } from 'zod';
import type { LifecycleHook } from '../../world/auto-scaling/lifecycle-action.js';
import { globalTimeoutSeconds } from '../../world/auto-scaling/lifecycle-action.js';
import type { World } from '../../world/world.js';
import type { XmlValue } from '../../wire/xml.js';
import { members } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { action, listOf } from '../service.js';
import { findGroup, groupName, hookName, validationError } from './lookup.js';

/** The most hook names of one call. Source: Auto Scaling API reference, DescribeLifecycleHooks. */
const mostNames = 50;

const parameters = z.object({
  AutoScalingGroupName: groupName,
  LifecycleHookNames: listOf(hookName).pipe(z.array(z.string()).max(mostNames).optional()),
});

/** DescribeLifecycleHooks: those asked for, or all of the group. A name that is none is left out without an error. */
export const describeLifecycleHooks = (world: World): Action =>
  action(validationError, parameters, ({ AutoScalingGroupName, LifecycleHookNames = [] }) => {
    const group = findGroup(world, AutoScalingGroupName);
    const wanted = new Set(LifecycleHookNames);
    const hooks = group.settings.hooks.filter(({ name }) => wanted.size === 0 || wanted.has(name));
    return { result: { LifecycleHooks: members(hooks.map((hook) => describe(group.name, hook))) } };
  });

const describe = (group: string, hook: LifecycleHook): XmlValue => ({
  LifecycleHookName: hook.name,
  AutoScalingGroupName: group,
  LifecycleTransition: hook.transition,
  HeartbeatTimeout: hook.heartbeatTimeoutSeconds,
  GlobalTimeout: globalTimeoutSeconds(hook),
  DefaultResult: hook.defaultResult,
});
