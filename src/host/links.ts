import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { genevePort } from '../domain/tunnel.js';
import type { Link, TunnelFacts } from '../domain/tunnel.js';

export interface LinkSources {
  /** Defaults to `/sys/class/net`. */
  readonly sysfs?: string;
  /** Defaults to `/proc/net`. */
  readonly procfs?: string;
  /** Addresses by interface name; defaults to the kernel's. */
  readonly addresses?: () => Record<string, string[]>;
}

/** What this machine's kernel says about its interfaces and UDP sockets. A system without sysfs has no device types. */
export async function readTunnelFacts(sources: LinkSources = {}): Promise<TunnelFacts> {
  const sysfs = sources.sysfs ?? '/sys/class/net';
  const procfs = sources.procfs ?? '/proc/net';
  // As long as this machine has sockets: not while all else waits.
  const sockets = ['udp', 'udp6'].map((table) => readFile(join(procfs, table), 'utf8').catch(() => ''));
  const addresses = (sources.addresses ?? kernelAddresses)();
  const names = new Set([...(orNothing(() => readdirSync(sysfs)) ?? []), ...Object.keys(addresses)]);
  const links = [...names].map((name) => readLink(sysfs, name, addresses[name] ?? []));
  const tables = await Promise.all(sockets);
  return { links, geneveListener: tables.some(holdsGenevePort) };
}

/** ARPHRD_ETHER. Source: Linux, include/uapi/linux/if_arp.h. */
const ethernetType = '1';

/** A few bytes that the kernel has in memory: to ask another thread for them takes ten times as long. */
function readLink(sysfs: string, name: string, addresses: readonly string[]): Link {
  const read = (file: string) => orNothing(() => readFileSync(join(sysfs, name, file), 'utf8'));
  const [uevent = '', tunFlags, rawType = ''] = [read('uevent'), read('tun_flags'), read('type')];
  const deviceType = /^DEVTYPE=(.*)$/m.exec(uevent)?.[1];
  const type = rawType.trim();
  return {
    name,
    isTun: tunFlags !== undefined,
    addresses,
    ...(deviceType === undefined ? {} : { deviceType }),
    ...(type === '' ? {} : { isEthernet: type === ethernetType }),
  };
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Rows look like `  12: 00000000:17C1 00000000:0000 07 …`: the local port is the hexadecimal after the first colon pair. */
function holdsGenevePort(table: string): boolean {
  const port = genevePort.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').some((row) => row.trim().split(/\s+/)[1]?.endsWith(`:${port}`));
}

const kernelAddresses = (): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(networkInterfaces()).map(([name, infos]) => [name, (infos ?? []).map(({ address }) => address)]),
  );
