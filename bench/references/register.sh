#!/bin/sh
# Into service as user data does it: the four calls that the agent makes, by the AWS CLI. Arguments: cluster, instance id.
set -eu
arn=$(aws resourcegroupstaggingapi get-resources --resource-type-filters elasticloadbalancing:targetgroup \
  --tag-filters "Key=neuwerk:cluster,Values=$1" --query 'ResourceTagMappingList[0].ResourceARN' --output text)
aws elbv2 describe-target-groups --target-group-arns "$arn" --query 'TargetGroups[0].Protocol' --output text >/dev/null
aws elbv2 describe-target-health --target-group-arn "$arn" --targets "Id=$2" >/dev/null
aws elbv2 register-targets --target-group-arn "$arn" --targets "Id=$2"
