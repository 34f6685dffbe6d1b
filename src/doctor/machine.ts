import { clusterTag } from '../domain/ids.js';
import type { InstanceMetadata } from '../domain/instance.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { awsCli, command } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';

/** Which machine this is, and what it says about itself. */
export interface MachineFacts {
  readonly identity: Probed<InstanceMetadata>;
  /** Whether firmware or settings say that this is an EC2 instance, and which one where they say that. */
  readonly expected: { readonly isEc2: boolean; readonly instanceId?: string | undefined };
  /** The instance that was asked about, when it was said. */
  readonly asked: string | undefined;
  /** Keys of the tags that the metadata offers; undefined when it offers none. */
  readonly tagKeys: Probed<readonly string[] | undefined>;
  readonly clusterTag: Probed<string | undefined>;
  /** `--cluster`. */
  readonly givenCluster: string | undefined;
}

/** Whether this machine is the appliance, so that there is something on it to look at. */
export function isAppliance({ identity, expected, asked }: MachineFacts): boolean {
  const found = 'value' in identity ? identity.value.instanceId : expected.instanceId;
  const isEc2 = 'value' in identity || expected.isEc2;
  return isEc2 && (asked === undefined || asked === (found ?? asked));
}

export function checkMachine(facts: MachineFacts): Line[] {
  if (!isAppliance(facts)) return [elsewhere(facts)];
  return [checkMetadata(facts), checkTags(facts)];
}

function elsewhere({ identity, asked }: MachineFacts): Line {
  const unseen = 'its metadata, its health endpoint and systemd there are not checked from here';
  if ('value' in identity) {
    return warn('machine', `this is ${identity.value.instanceId}, not ${asked ?? ''}: ${unseen}`, onIt());
  }
  return warn('machine', `not on an EC2 instance: ${unseen}`, onIt());
}

const onIt = () => command('drawbridge', 'doctor');

function checkMetadata({ identity, expected }: MachineFacts): Line {
  if ('value' in identity) {
    const { instanceId, availabilityZone, vpcId, privateIp } = identity.value;
    return ok('instance metadata', `${instanceId} in ${availabilityZone}, ${vpcId}, ${privateIp}`);
  }
  const enable = ['--http-endpoint', 'enabled', '--http-tokens', 'required', '--http-put-response-hop-limit', '2'];
  return fail(
    'instance metadata',
    `${reasonOf(identity.error)}: an agent cannot tell which instance it is on`,
    metadataOptions(expected.instanceId, undefined, enable),
  );
}

const metadataOptions = (instanceId: string | undefined, region: string | undefined, options: readonly string[]) =>
  awsCli(region, 'ec2', 'modify-instance-metadata-options', '--instance-id', instanceId ?? '<instance-id>', ...options);

function checkTags({ identity, tagKeys, clusterTag: tagged, givenCluster }: MachineFacts): Line {
  const check = 'tags in metadata';
  if ('error' in identity) return notChecked(check, 'the instance metadata did not answer');
  if ('error' in tagged) return notChecked(check, reasonOf(tagged.error));
  const { instanceId, region } = identity.value;
  if (givenCluster !== undefined && tagged.value !== undefined && tagged.value !== givenCluster) {
    const why = `--cluster is ${givenCluster}, but ${clusterTag} is ${tagged.value}: peers look for the tag`;
    return warn(check, why, tagInstance(instanceId, region, givenCluster));
  }
  if (tagged.value !== undefined) return ok(check, `${clusterTag} is ${tagged.value}`);
  if (givenCluster !== undefined) return ok(check, `not needed, as --cluster is ${givenCluster}`);
  if ('value' in tagKeys && tagKeys.value !== undefined) {
    const why = `offered, but ${clusterTag} is not a usable cluster name among them: nobody says which cluster this is`;
    return fail(check, why, tagInstance(instanceId, region, '<cluster>'));
  }
  return fail(
    check,
    'not offered, and --cluster is not given: nobody says which cluster this is',
    metadataOptions(instanceId, region, ['--instance-metadata-tags', 'enabled']),
  );
}

const tagInstance = (instanceId: string, region: string, cluster: string) =>
  awsCli(region, 'ec2', 'create-tags', '--resources', instanceId, '--tags', `Key=${clusterTag},Value=${cluster}`);
