// The reference for a start: the agent's four calls in a bare script with the SDK. Nothing is tried again, nothing survives it.
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';

const [cluster, instanceId] = process.argv.slice(2);
const tagging = new ResourceGroupsTaggingAPIClient();
const elbv2 = new ElasticLoadBalancingV2Client();
const { ResourceTagMappingList } = await tagging.send(
  new GetResourcesCommand({
    ResourceTypeFilters: ['elasticloadbalancing:targetgroup'],
    TagFilters: [{ Key: 'neuwerk:cluster', Values: [cluster] }],
  }),
);
const TargetGroupArn = ResourceTagMappingList?.[0].ResourceARN ?? '';
const Targets = [{ Id: instanceId }];
await elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }));
await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn, Targets }));
await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
