import type { ServiceName } from '../../../src/simulator/services/service.js';
import { autoscalingExamples } from './autoscaling.js';
import { ec2Examples } from './ec2.js';
import { elbv2Examples } from './elbv2.js';
import type { Examples } from './example.js';
import { ssmExamples } from './ssm.js';
import { stsExamples } from './sts.js';
import { taggingExamples } from './tagging.js';

/** The examples of every service: for every action at least one that succeeds and one that is refused. */
export const examples: Readonly<Record<ServiceName, Examples>> = {
  elbv2: elbv2Examples,
  autoscaling: autoscalingExamples,
  ec2: ec2Examples,
  ssm: ssmExamples,
  tagging: taggingExamples,
  sts: stsExamples,
};
