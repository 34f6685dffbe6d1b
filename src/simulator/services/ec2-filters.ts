import type { Instance } from '../world/instance.js';
import { AwsError } from '../wire/aws-error.js';

const fields: Readonly<Record<string, (instance: Instance) => readonly string[]>> = {
  'vpc-id': ({ vpcId }) => [vpcId],
  'subnet-id': ({ subnetId }) => [subnetId],
  'instance-id': ({ instanceId }) => [instanceId],
  'instance-state-name': ({ state }) => [state],
  'availability-zone': ({ availabilityZone }) => [availabilityZone],
  'private-ip-address': ({ privateIp }) => [privateIp],
  'tag-key': ({ tags }) => Object.keys(tags),
};

/**
 * Reads one filter of an EC2 Describe call: an instance passes when any of the values matches.
 *
 * @throws `AwsError` InvalidParameterValue when EC2 (or this simulator) has no filter of that name.
 */
export function parseFilter(name: string, values: readonly string[]): (instance: Instance) => boolean {
  const read = fieldNamed(name);
  return (instance) => values.some((pattern) => read(instance).some((value) => matches(pattern, value)));
}

function fieldNamed(name: string): (instance: Instance) => readonly string[] {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) return field;
  if (!name.startsWith('tag:')) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  const key = name.slice('tag:'.length);
  return ({ tags }) => (Object.hasOwn(tags, key) ? [tags[key] ?? ''] : []);
}

/** EC2 filter values know `*` and `?`. Never backtracks past the last `*`: patterns come from outside. */
function matches(pattern: string, value: string): boolean {
  let [at, within, star, retry] = [0, 0, -1, 0];
  while (within < value.length) {
    if (pattern[at] === '*') [star, retry] = [at++, within];
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[within]))
      [at, within] = [at + 1, within + 1];
    else if (star >= 0) [at, within] = [star + 1, ++retry];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
