import type { World } from '../world/world.js';
import { ec2 } from './ec2.js';
import { elbv2 } from './elbv2.js';
import type { Service } from './service.js';
import { sts } from './sts.js';
import { tagging } from './tagging.js';

/** Every service there is. A new one is one file and one line here. */
export const createServices = (world: World, pageSize: number | undefined): readonly Service[] => [
  elbv2(world, pageSize),
  ec2(world, pageSize),
  tagging(world, pageSize),
  sts(world),
];
