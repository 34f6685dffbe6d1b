import { randomNumbers } from '../random.js';
import type { FiveTuple, FlowPlan } from './flow.js';
import { drawExponential, drawLength } from './length.js';
import type { Traffic } from './traffic.js';

/** Where made-up flows come from and go to: a few hundred clients, a handful of servers. Ours. */
const clients = 400;
const servers = 16;
/** Linux's ephemeral ports. Source: net.ipv4.ip_local_port_range. */
const ephemeralPorts = { first: 32_768, count: 28_232 };

/** Plans the flows of one source one after the other: the same ones for the same options and start. */
export class FlowSource {
  readonly #traffic: Traffic;
  readonly #zone: string;
  readonly #random: () => number;
  readonly #untilMs: number;
  #lastMs: number;
  #stopped = false;

  constructor(traffic: Traffic, zone: string, now: number) {
    this.#traffic = traffic;
    this.#zone = zone;
    this.#random = randomNumbers(traffic.seed);
    this.#untilMs = now + (traffic.forSeconds ?? Infinity) * 1000;
    this.#lastMs = now;
  }

  /** No new flows from now on. */
  stop(): void {
    this.#stopped = true;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** The next flow; undefined when there are no more. */
  next(): FlowPlan | undefined {
    const { ratePerSecond, arrivals } = this.#traffic;
    const meanMs = 1000 / ratePerSecond;
    this.#lastMs += arrivals === 'even' ? meanMs : drawExponential(meanMs, this.#random);
    return this.#stopped || this.#lastMs >= this.#untilMs ? undefined : this.#plan(this.#lastMs);
  }

  #plan(opensAt: number): FlowPlan {
    const { length, udpShare, unclosedShare, pauseShare, pauseSeconds } = this.#traffic;
    const random = this.#random;
    // Every flow takes the same number of draws, so that one option does not change what the others come to.
    const tuple = this.#tuple(random() < udpShare ? 'udp' : 'tcp');
    const closes = random() >= unclosedShare && tuple.protocol === 'tcp';
    const pauses = random() < pauseShare && pauseSeconds > 0;
    const lengthMs = drawLength(length, random) * 1000;
    const pauseFrom = opensAt + lengthMs / 2;
    const pause = pauses ? { from: pauseFrom, to: pauseFrom + pauseSeconds * 1000 } : undefined;
    const endsAt = opensAt + lengthMs + (pauses ? pauseSeconds * 1000 : 0);
    return { tuple, availabilityZone: this.#zone, opensAt, endsAt, closes, pause };
  }

  #tuple(protocol: 'tcp' | 'udp'): FiveTuple {
    const pick = (count: number) => Math.floor(this.#random() * count);
    const client = pick(clients);
    return {
      protocol,
      sourceIp: `10.200.${Math.floor(client / 200)}.${(client % 200) + 10}`,
      sourcePort: ephemeralPorts.first + pick(ephemeralPorts.count),
      destinationIp: `198.51.100.${pick(servers) + 10}`,
      destinationPort: protocol === 'tcp' ? 443 : 53,
    };
  }
}
