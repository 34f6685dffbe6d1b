import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { promisify } from 'node:util';
import { agentSettings } from '../config/settings.js';
import { instanceIdSchema } from '../domain/ids.js';
import { connectImds } from '../host/imds.js';
import type { EndpointFacts } from './endpoint.js';
import type { MachineFacts } from './machine.js';
import { probe, probeMs } from './probed.js';
import { unitProperties } from './systemd.js';
import type { SystemdFacts } from './systemd.js';

/** Asks the metadata service and the firmware, side by side. */
export async function probeMachine(
  imdsEndpoint: string,
  { asked, givenCluster }: Pick<MachineFacts, 'asked' | 'givenCluster'>,
): Promise<MachineFacts> {
  const imds = connectImds(imdsEndpoint);
  const [identity, tagKeys, clusterTag, expected] = await Promise.all([
    probe(() => imds.identity()),
    probe(() => imds.tagKeys()),
    probe(() => imds.cluster()),
    imdsEndpoint === agentSettings.imdsEndpoint.fallback ? readFirmware() : { isEc2: true },
  ]);
  return { identity, tagKeys, clusterTag, expected, asked, givenCluster };
}

/** Nitro instances carry their id in the firmware, older ones a mark of EC2. Source: EC2 user guide, "Detect whether a host is an EC2 instance". */
async function readFirmware(): Promise<MachineFacts['expected']> {
  const read = (path: string) =>
    readFile(`/sys/${path}`, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const [vendor, asset, hypervisor] = await Promise.all([
    read('devices/virtual/dmi/id/sys_vendor'),
    read('devices/virtual/dmi/id/board_asset_tag'),
    read('hypervisor/uuid'),
  ]);
  return {
    isEc2: vendor === 'Amazon EC2' || hypervisor.startsWith('ec2'),
    instanceId: instanceIdSchema.safeParse(asset).data,
  };
}

/** A page of an agent's metrics is some 90 kB; what is longer is none of ours. */
const longestPage = 500_000;

const marks = {
  '/health': /"status":"(in service|leaving)"/,
  '/metrics': /^drawbridge_build_info\{[^}]*role="agent"/m,
} as const;

/** GETs it as the target group or Prometheus does, on this machine. */
export function probeEndpoint(
  path: keyof typeof marks,
  { host: bound, port }: { readonly host: string; readonly port: number },
): Promise<EndpointFacts['answer']> {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[bound] ?? bound;
  return probe((signal) => get({ host, port, path, signal }, marks[path]));
}

function get(where: RequestOptions, mark: RegExp): Promise<{ status: number; isOurs: boolean }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...where, agent: false }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (body += chunk.slice(0, longestPage - body.length)));
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, isOurs: mark.test(body) });
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const run = promisify(execFile);

/** Asks systemd about the unit. */
export async function probeSystemd(unit: string): Promise<SystemdFacts['properties']> {
  return probe(async () => {
    try {
      const args = ['show', unit, ...unitProperties.map((name) => `--property=${name}`)];
      const { stdout } = await run('systemctl', args, { timeout: probeMs });
      return Object.fromEntries(stdout.split('\n').map((text) => text.split(/=(.*)/s, 2) as [string, string]));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
      throw said === '' ? error : new Error(`systemctl: ${said}`, { cause: error });
    }
  });
}
