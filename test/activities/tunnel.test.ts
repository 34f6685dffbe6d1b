import { describe, expect, it } from 'vitest';
import { findTunnel } from '../../src/activities/tunnel.js';
import type { TunnelInput } from '../../src/activities/tunnel.js';
import { anAttempt, dawn } from '../support/attempt.js';
import type { FakeAttempt } from '../support/attempt.js';
import { aFakeHost, geneveDevice, noTunnel } from '../support/fake-host.js';
import type { FakeHostOptions } from '../support/fake-host.js';

const find = (
  tunnelFacts: NonNullable<FakeHostOptions['tunnelFacts']>,
  attempt: FakeAttempt = anAttempt(),
  input: Partial<TunnelInput> = {},
) => findTunnel({ host: aFakeHost({ tunnelFacts }) }, { privateIp: '10.0.0.10', windowMs: 60_000, ...input }, attempt);

describe('looking for the tunnel', () => {
  it('looks every second until the appliance has made its interface', async () => {
    const attempt = anAttempt();
    expect(await find([noTunnel, noTunnel, geneveDevice], attempt)).toEqual({
      device: 'gnv0',
      detector: 'geneve device',
    });
    expect(attempt.pauses).toEqual([1_000, 1_000]);
  });

  it('takes the device that was configured', async () => {
    expect(await find([noTunnel], anAttempt(), { device: 'ens5' })).toEqual({ device: 'ens5', detector: 'configured' });
  });

  it('I7: gives up after its window, and says what it found instead', async () => {
    const attempt = anAttempt();
    await expect(find([noTunnel], attempt)).rejects.toMatchObject({
      type: 'TunnelNotFound',
      final: true,
      message:
        'no tunnel after 60 s: found ens5, lo, expected an interface that receives GENEVE (UDP 6081); ' +
        'set the tunnel device, or the tunnel policy to warn or skip',
    });
    expect(attempt.elapsedSeconds).toBe(60);
  });

  it('names the configured device that never came', async () => {
    await expect(find([noTunnel], anAttempt(), { device: 'gnv7' })).rejects.toThrow('expected the interface gnv7');
  });

  it.each([
    ['netdev', 'expected a kernel GENEVE device;'],
    ['gwlbtun', 'expected a tun device named gwi-*, which gwlbtun makes with the first packet;'],
    ['listener', 'expected a link with the address 10.0.0.10, and a listener on UDP 6081;'],
  ] as const)('names what it looked for: %s', async (detection, said) => {
    await expect(find([noTunnel], anAttempt(), { detection })).rejects.toThrow(said);
  });

  it('looks once where the window is no time at all', async () => {
    const attempt = anAttempt();
    await expect(find([noTunnel], attempt, { windowMs: 0 })).rejects.toMatchObject({ type: 'TunnelNotFound' });
    expect(attempt.pauses).toEqual([]);
  });

  it('goes on with the window of the attempt before, which its heartbeats carry', async () => {
    const first = anAttempt({ onPause: (before, attempt) => before === 30 && attempt.cancel() });
    await expect(find([noTunnel], first)).rejects.toMatchObject({ name: 'AbortError' });
    expect(first.heartbeats.at(-1)).toBe(dawn);

    const second = anAttempt({ number: 2, resumed: first.heartbeats.at(-1), afterSeconds: 36 });
    await expect(find([noTunnel], second)).rejects.toMatchObject({ type: 'TunnelNotFound' });
    expect(second.elapsedSeconds).toBe(60);
  });
});
