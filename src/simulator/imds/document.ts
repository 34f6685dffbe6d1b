import type { Instance } from '../world/instance.js';
import { instanceRole } from '../world/instance.js';

/** Where the instance is: what its metadata tells beside itself. */
interface Whereabouts {
  readonly region: string;
  readonly account: string;
}

/** Root of the categories of metadata. */
const metaDataRoot = '/latest/meta-data/';

/** Every leaf of the instance's metadata by its path; directories follow from the paths. Source: EC2 user guide, "Instance metadata categories". */
export function metadataOf(instance: Instance, whereabouts: Whereabouts): Map<string, string> {
  const primary = instance.nics.find(({ deviceNumber }) => deviceNumber === 0);
  const leaves = new Map<string, string>();
  const put = (path: string, value: string | undefined) => {
    if (value !== undefined) leaves.set(`${metaDataRoot}${path}`, value);
  };
  put('instance-id', instance.instanceId);
  put('local-ipv4', instance.privateIp);
  put('mac', primary?.mac);
  put('placement/availability-zone', instance.availabilityZone);
  put('placement/region', whereabouts.region);
  for (const nic of instance.nics) {
    const folder = `network/interfaces/macs/${nic.mac}`;
    put(`${folder}/vpc-id`, nic.vpcId);
    put(`${folder}/device-number`, String(nic.deviceNumber));
    put(`${folder}/interface-id`, nic.interfaceId);
    put(`${folder}/subnet-id`, nic.subnetId);
    put(`${folder}/local-ipv4s`, nic.privateIp);
  }
  if (instance.metadataTags)
    for (const [key, value] of Object.entries(instance.tags)) put(`tags/instance/${key}`, value);
  put(`iam/security-credentials/${instanceRole}`, credentials(instance));
  for (const [path, value] of instance.metadata) put(path, value);
  leaves.set('/latest/dynamic/instance-identity/document', identityDocument(instance, whereabouts));
  return leaves;
}

/** What IMDS answers for a path: a leaf, or the names below a directory; undefined when there is neither. */
export function readMetadata(leaves: ReadonlyMap<string, string>, path: string): string | undefined {
  const leaf = leaves.get(path);
  if (leaf !== undefined) return leaf;
  const folder = path.endsWith('/') ? path : `${path}/`;
  const names = [...leaves.keys()]
    .filter((key) => key.startsWith(folder))
    .map((key) => {
      const [name = '', ...below] = key.slice(folder.length).split('/');
      return below.length > 0 ? `${name}/` : name;
    });
  return names.length === 0 ? undefined : [...new Set(names)].sort().join('\n');
}

/** How long the credentials of the role are good for, in milliseconds. Source: EC2 user guide, "IAM roles": about six hours. */
const credentialLifeMs = 6 * 60 * 60 * 1000;

/** Dated on the wall: SDK clients compare the expiration with their own clock. */
function credentials(instance: Instance): string {
  const now = Date.now();
  return JSON.stringify({
    Code: 'Success',
    LastUpdated: timestamp(now),
    Type: 'AWS-HMAC',
    AccessKeyId: instance.accessKeyId,
    SecretAccessKey: 'simulated',
    Token: 'simulated',
    Expiration: timestamp(now + credentialLifeMs),
  });
}

const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

const identityDocument = (instance: Instance, { region, account }: Whereabouts): string =>
  JSON.stringify({
    accountId: account,
    architecture: 'x86_64',
    availabilityZone: instance.availabilityZone,
    imageId: 'ami-00000000000000001',
    instanceId: instance.instanceId,
    instanceType: 'c6in.large',
    pendingTime: timestamp(instance.launchedAt),
    privateIp: instance.privateIp,
    region,
    version: '2017-09-30',
  });
