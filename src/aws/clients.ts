import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { awsRequestMs } from '../domain/timings.js';
import type { Aws, Network, RequestObserver } from './api.js';
import { ec2Instances } from './ec2.js';
import { elbv2TargetGroups } from './elbv2.js';
import { ec2Network } from './network.js';
import { observed } from './observed.js';
import { renewedOnceExpired } from './renewed.js';
import { ssmCommands } from './ssm.js';
import { taggedTargetGroups } from './tagging.js';

/**
 * All of AWS, for one region. Credentials and endpoints come from where every AWS tool takes them (environment, profile,
 * instance role; `AWS_ENDPOINT_URL`), and are read anew once AWS has called them expired. One attempt per call (I8): retries are the workflows' business.
 */
export function connectAws(region: string, observe?: RequestObserver): Aws {
  const targetGroups = () => {
    const elbv2 = observed(new ElasticLoadBalancingV2Client(clientSettings(region)), observe);
    const { credentials } = elbv2.config;
    const tagging = observed(new ResourceGroupsTaggingAPIClient({ ...clientSettings(region), credentials }), observe);
    return elbv2TargetGroups(elbv2, taggedTargetGroups(tagging));
  };
  const instances = () => ec2Instances(() => loadEc2(region, observe));
  const commands = () =>
    ssmCommands(async () => {
      const { SSMClient } = await import('./ssm-client.js');
      return observed(new SSMClient(clientSettings(region)), observe);
    });
  return {
    targetGroups: renewedOnceExpired(targetGroups),
    instances: renewedOnceExpired(instances),
    commands: renewedOnceExpired(commands),
  };
}

/** The network of one region, for the deprecated route mode; in all else as `connectAws`. */
export const connectNetwork = (region: string, observe?: RequestObserver): Network =>
  renewedOnceExpired(() => ec2Network(() => loadEc2(region, observe)));

async function loadEc2(region: string, observe: RequestObserver | undefined) {
  const { EC2Client } = await import('./ec2-client.js');
  return observed(new EC2Client(clientSettings(region)), observe);
}

const unheard = () => undefined;

/**
 * Without one the SDK writes what it thinks of its own configuration to the console, between our lines. Failures are thrown, and said
 * by us.
 */
const silence = { trace: unheard, debug: unheard, info: unheard, warn: unheard, error: unheard };

/** What every client is made with. */
export const clientSettings = (region: string) => ({
  region,
  maxAttempts: 1,
  logger: silence,
  requestHandler: { connectionTimeout: awsRequestMs, requestTimeout: awsRequestMs, throwOnRequestTimeout: true },
});
