import type { Proxy } from './proxy.js';

/**
 * What a plan does to a network, until it heals:
 * - `hold` nothing gets through, nothing breaks: new connections are made and stay silent
 * - `refuse` every connection breaks, and so does every new one
 * - `reset` every connection breaks, new ones are fine
 * - `half-close` the server's half of every connection ends, new ones are fine
 * - `delay` everything comes so much later
 */
export type Outage =
  { readonly kind: 'hold' | 'refuse' | 'reset' | 'half-close' } | { readonly kind: 'delay'; readonly ms: number };

/** From now on, until `network.heal`. */
export function suffer(network: Proxy, outage: Outage): void {
  switch (outage.kind) {
    case 'hold':
      network.hold();
      return;
    case 'refuse':
      network.turnAway();
      network.reset();
      return;
    case 'reset':
      network.reset();
      return;
    case 'half-close':
      network.halfClose('down');
      return;
    case 'delay':
      network.delay(outage.ms);
  }
}

/** In the words of a plan that a person reads. */
export const sayOutage = (outage: Outage): string =>
  outage.kind === 'delay' ? `is ${outage.ms} ms late` : sayings[outage.kind];

const sayings = {
  hold: 'loses every packet',
  refuse: 'refuses every connection',
  reset: 'breaks every connection once',
  'half-close': 'ends its half of every connection',
};
