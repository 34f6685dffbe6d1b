#!/bin/bash
# Waits until Auto Scaling wants this instance gone, has the agent leave, and lets the termination go on.
# Usage: await-termination.sh <auto scaling group> <lifecycle hook>
set -euo pipefail
group=$1 hook=$2
imds=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}

metadata() {
  local token
  token=$(curl -sf -m 2 -X PUT "$imds/latest/api/token" -H 'X-aws-ec2-metadata-token-ttl-seconds: 60')
  curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" "$imds/latest/meta-data/$1"
}

# Is there once the instance is in service. Source: EC2 Auto Scaling user guide, "Retrieve the target lifecycle state".
until [ "$(metadata autoscaling/target-lifecycle-state || true)" = Terminated ]; do
  sleep 5
done

# Returns when the agent has left: the drain period, or the stop timeout at most.
systemctl stop drawbridge.service
aws autoscaling complete-lifecycle-action --region "$(metadata placement/region)" --auto-scaling-group-name "$group" \
  --lifecycle-hook-name "$hook" --instance-id "$(metadata instance-id)" --lifecycle-action-result CONTINUE
