import { StepFailure } from '../domain/failures.js';
import { findTunnel as choose, sayWanted } from '../domain/tunnel.js';
import type { Tunnel, WantedTunnel } from '../domain/tunnel.js';
import { tunnelLook } from '../domain/timings.js';
import type { Attempt } from './attempt.js';
import type { HostDependencies } from './dependencies.js';

export interface TunnelInput extends WantedTunnel {
  readonly windowMs: number;
}

/**
 * Looks every second until an interface receives GENEVE, and says how it was recognised. Changes nothing.
 *
 * AWS creates no interface on the instance: the appliance does, some only with the first packet.
 *
 * @throws TunnelNotFound (final) after `windowMs`.
 */
export async function findTunnel(
  { host }: HostDependencies,
  { windowMs, ...wanted }: TunnelInput,
  attempt: Attempt,
): Promise<Tunnel> {
  const since = (attempt.resumed as number | undefined) ?? attempt.now();
  for (;;) {
    const facts = await host.tunnelFacts();
    const tunnel = choose(facts, wanted);
    if (tunnel !== undefined) return tunnel;
    attempt.heartbeat(since);
    if (attempt.now() + tunnelLook.firstMs > since + windowMs) {
      const links = facts.links
        .map(({ name }) => name)
        .sort()
        .join(', ');
      const message = `no tunnel after ${windowMs / 1_000} s: found ${links === '' ? 'no interface' : links}, expected ${sayWanted(wanted)}; set the tunnel device, or the tunnel policy to warn or skip`;
      throw new StepFailure('TunnelNotFound', message, { final: true });
    }
    await attempt.pause(tunnelLook.firstMs);
  }
}
