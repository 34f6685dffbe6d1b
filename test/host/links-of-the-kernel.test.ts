import { describe, expect, it, onTestFinished } from 'vitest';
import { findTunnel, genevePort } from '../../src/domain/tunnel.js';
import { readTunnelFacts } from '../../src/host/links.js';
import { openNetworkNamespace, whyNoNamespace } from '../support/network-namespace.js';

const reason = whyNoNamespace();
const privateIp = '10.0.0.10';
const ens5 = `ip link set lo up && ip link add ens5 type veth peer name far && ip addr add ${privateIp}/24 dev ens5 && ip link set ens5 up && ip link set far up`;

async function aMachine(script: string) {
  const machine = await openNetworkNamespace(script);
  onTestFinished(() => machine.close());
  return { ...machine, facts: () => readTunnelFacts(machine.sources) };
}

describe('the links and sockets of a real kernel', () => {
  if (reason !== undefined) it.skip(`not on this machine, which ${reason}`);

  it.skipIf(reason !== undefined)('show a tun device of gwlbtun, and no other device of that name', async () => {
    const twoEndpoints = ['gwi-b2', 'gwi-a1', 'gwo-a1']
      .map((name) => `ip tuntap add dev ${name} mode tun`)
      .join(' && ');
    const { facts } = await aMachine(`${ens5} && ${twoEndpoints} && ip link add gwi-0 type veth peer name other`);
    const { links } = await facts();
    expect(links.find(({ name }) => name === 'gwi-a1')).toEqual({
      name: 'gwi-a1',
      isTun: true,
      isEthernet: false,
      addresses: [],
    });
    expect(links.find(({ name }) => name === 'ens5')).toMatchObject({ isTun: false, isEthernet: true });
    expect(findTunnel(await facts(), { privateIp })).toEqual({
      device: 'gwi-a1',
      detector: 'gwlbtun',
      others: ['gwi-b2'],
    });
  });

  it.skipIf(reason !== undefined).each(['0.0.0.0', privateIp, '::'])(
    `show a listener on UDP ${genevePort} at %s, by which the link with the address is the tunnel`,
    async (address) => {
      const { facts, listen } = await aMachine(ens5);
      expect(findTunnel(await facts(), { privateIp })).toBeUndefined();
      expect(findTunnel(await facts(), { privateIp, detection: 'address' })).toMatchObject({ device: 'ens5' });
      await listen('127.0.0.1', genevePort + 1);
      expect(await facts()).toMatchObject({ geneveListener: false });
      await listen(address, genevePort);
      expect(findTunnel(await facts(), { privateIp })).toEqual({ device: 'ens5', detector: 'listener and address' });
      expect(findTunnel(await facts(), { privateIp, detection: 'listener' })).toMatchObject({ device: 'ens5' });
      expect(findTunnel(await facts(), { privateIp, detection: 'netdev' })).toBeUndefined();
    },
  );
});
