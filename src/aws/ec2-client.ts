/**
 * What is used of a client with seven hundred commands. A module of its own, loaded when it is needed: a lazy import of the package
 * itself would bring all of them into the bundle, and into memory.
 */
export {
  CreateRouteCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
