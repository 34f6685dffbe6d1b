import type { World } from '../world/world.js';
import { autoscaling } from './autoscaling/autoscaling.js';
import { ec2 } from './ec2/ec2.js';
import { elbv2 } from './elbv2/elbv2.js';
import type { Service } from './service.js';
import { ssm } from './ssm/ssm.js';
import { sts } from './sts.js';
import { tagging } from './tagging.js';

/** Every service there is. A new one is one file and one line here. */
export const createServices = (world: World, pageSize: number | undefined): readonly Service[] => [
  elbv2(world, pageSize),
  autoscaling(world, pageSize),
  ec2(world, pageSize),
  ssm(world, pageSize),
  tagging(world, pageSize),
  sts(world),
];
