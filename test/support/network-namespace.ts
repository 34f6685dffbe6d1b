import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LinkSources } from '../../src/host/links.js';

/** Why this machine cannot make network namespaces with tun devices in them; undefined where it can. */
export function whyNoNamespace(): string | undefined {
  try {
    const probe = 'mount -t sysfs sysfs /sys && ip tuntap add dev probe0 mode tun';
    execFileSync('unshare', ['--net', '--mount', 'sh', '-c', probe], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return `needs root, unshare, ip and /dev/net/tun: ${said === '' ? String(error) : said}`;
  }
}

/** A network of its own, with the links that a shell script made in it, and whatever the kernel shows of them. */
export interface NetworkNamespace {
  readonly sources: LinkSources;
  /** Binds a UDP socket in it. */
  readonly listen: (address: string, port: number) => Promise<void>;
  close(): Promise<void>;
}

/** Holds the namespace, binds what it is told on stdin, and ends with it. */
const holder = `
  const say = () => console.log(JSON.stringify(require('node:os').networkInterfaces()));
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { address, port } = JSON.parse(line);
    require('node:dgram').createSocket(address.includes(':') ? 'udp6' : 'udp4').bind(port, address, say);
  }).on('close', () => process.exit());
  say();`;

/** @param script shell, such as `ip link set lo up` */
export async function openNetworkNamespace(script: string): Promise<NetworkNamespace> {
  const command = `mount -t sysfs sysfs /sys && ${script} && exec "$0" -e "$1"`;
  const child: ChildProcess = spawn('unshare', ['--net', '--mount', 'sh', '-c', command, process.execPath, holder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout, pid } = child;
  if (stdin === null || stdout === null || pid === undefined) throw new Error('unshare could not be started');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const said = async () => {
    const { value } = (await lines.next()) as { value: string | undefined };
    if (value === undefined) throw new Error(`the namespace ended while it was made: ${script}`);
    return JSON.parse(value) as Record<string, { address: string }[]>;
  };
  let interfaces = await said();
  return {
    sources: {
      // As that process sees them: its mounts, its network.
      sysfs: `/proc/${pid}/root/sys/class/net`,
      procfs: `/proc/${pid}/net`,
      addresses: () =>
        Object.fromEntries(Object.entries(interfaces).map(([name, all]) => [name, all.map(({ address }) => address)])),
    },
    async listen(address, port) {
      stdin.write(`${JSON.stringify({ address, port })}\n`);
      interfaces = await said();
    },
    async close() {
      const ended = once(child, 'exit');
      stdin.end();
      await ended;
    },
  };
}
