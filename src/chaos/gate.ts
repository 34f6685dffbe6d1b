import { get } from 'node:http';
import type { HealthSample } from './evidence.js';
import type { Action } from './plan.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';

/** How long `/health` may take to say something. Ours: it says it at once, on a machine that is not overloaded. */
const healthMs = 2_000;

/** The way of one host to AWS: what it asks can be seen before it has any effect. */
export interface Gate extends Pick<Proxy, 'address' | 'close'> {
  /** The next request for the action is handed over as it arrives. `refuse`: it never gets there. */
  next(action: Action, arrives: () => Promise<'pass' | 'refuse'>): void;
  readonly health: readonly HealthSample[];
}

/** As a request is on the wire: in the form of a query protocol, or in a header of the JSON one. */
const actionPattern = /(?:\bAction=|^x-amz-target: *\w+\.)(\w+)/im;

/**
 * @param aws - host and port
 * @param healthUrl - asked whenever a DeregisterTargets arrives, which waits for the answer (I2)
 */
export async function openGate(aws: string, healthUrl: string): Promise<Gate> {
  const waiting: { readonly action: Action; readonly arrives: () => Promise<'pass' | 'refuse'> }[] = [];
  const health: HealthSample[] = [];

  const proxy = await startProxy(aws, async (text) => {
    const action = actionPattern.exec(text)?.[1];
    if (action === undefined) return 'pass';
    if (action === 'DeregisterTargets') health.push({ at: Date.now(), status: await statusOf(healthUrl) });
    const index = waiting.findIndex((waiter) => waiter.action === action);
    return index === -1 ? 'pass' : ((await waiting.splice(index, 1)[0]?.arrives()) ?? 'pass');
  });
  return {
    address: proxy.address,
    close: () => proxy.close(),
    health,
    next: (action, arrives) => void waiting.push({ action, arrives }),
  };
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = get(url, { agent: false, timeout: healthMs }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
  });
}
