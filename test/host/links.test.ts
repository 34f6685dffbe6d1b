import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTunnel } from '../../src/domain/tunnel.js';
import { readTunnelFacts } from '../../src/host/links.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drawbridge-links-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Puts files below a root that stands for the machine's, and reads the facts from there. */
async function factsOf(files: Record<string, string>, addresses: Record<string, string[]> = {}) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return readTunnelFacts({ sysfs: join(root, 'sys'), procfs: join(root, 'proc'), addresses: () => addresses });
}

const header = '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, remote = '00000000:0000') =>
  `  412: ${local} ${remote} 07 00000000:00000000 00:00000000 00000000     0        0 23456 2 0000000000000000 0\n`;

describe('the links of this machine', () => {
  it('are named with their device type, their kind and their addresses', async () => {
    const { links } = await factsOf(
      {
        'sys/lo/uevent': 'INTERFACE=lo\nIFINDEX=1\n',
        'sys/ens5/uevent': 'INTERFACE=ens5\nIFINDEX=2\n',
        'sys/gnv0/uevent': 'DEVTYPE=geneve\nINTERFACE=gnv0\nIFINDEX=7\n',
        'sys/gwi-a1/uevent': 'INTERFACE=gwi-a1\nIFINDEX=8\n',
        'sys/gwi-a1/tun_flags': '0x1\n',
        'sys/gwi-a1/type': '65534\n',
        'sys/ens5/type': '1\n',
      },
      { lo: ['127.0.0.1'], ens5: ['10.0.0.10', 'fe80::1'] },
    );
    expect(links.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'ens5', isTun: false, isEthernet: true, addresses: ['10.0.0.10', 'fe80::1'] },
      { name: 'gnv0', deviceType: 'geneve', isTun: false, addresses: [] },
      { name: 'gwi-a1', isTun: true, isEthernet: false, addresses: [] },
      { name: 'lo', isTun: false, addresses: ['127.0.0.1'] },
    ]);
  });

  it('are told by their addresses alone on a system without sysfs', async () => {
    expect(await factsOf({}, { ens5: ['10.0.0.10'] })).toEqual({
      links: [{ name: 'ens5', isTun: false, addresses: ['10.0.0.10'] }],
      geneveListener: false,
    });
  });

  it('do no harm where sysfs keeps a plain file among them', async () => {
    const { links } = await factsOf({ 'sys/bonding_masters': 'bond0\n', 'sys/ens5/uevent': 'INTERFACE=ens5\n' });
    expect(findTunnel({ links, geneveListener: true }, { privateIp: '10.0.0.10' })).toBeUndefined();
  });

  it('can be read on the machine that runs this test', async () => {
    const { links } = await readTunnelFacts();
    expect(links.map(({ addresses }) => addresses).flat()).toContain('127.0.0.1');
  });
});

describe('whether something listens on UDP 6081', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['a socket on every address', { 'proc/udp': header + row('00000000:17C1') }, true],
    ['a socket on our address', { 'proc/udp': header + row('0A00000A:17C1') }, true],
    ['a socket over IPv6', { 'proc/udp': header, 'proc/udp6': header + row(`${'0'.repeat(32)}:17C1`) }, true],
    ['a socket among others', { 'proc/udp': header + row('3500007F:0035') + row('00000000:17C1') }, true],
    ['another port', { 'proc/udp': header + row('00000000:0035') }, false],
    ['another port that ends alike', { 'proc/udp': header + row('00000000:7C1') }, false],
    ['a socket that only speaks to 6081', { 'proc/udp': header + row('0A00000A:C350', '0A00000B:17C1') }, false],
    ['no socket', { 'proc/udp': header, 'proc/udp6': header }, false],
    ['a system without procfs', {}, false],
  ])('is told from %s', async (_what, files, listening) => {
    expect(await factsOf(files)).toMatchObject({ geneveListener: listening });
  });
});
