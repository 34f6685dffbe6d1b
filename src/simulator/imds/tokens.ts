import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';

/** The longest life of an IMDSv2 token, in seconds. Source: EC2 user guide, "Use IMDSv2". */
const longestTtlSeconds = 21_600;

/** The tokens of one instance. They expire in simulated time. */
export class MetadataTokens {
  readonly #clock: Clock;
  readonly #expiries = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns undefined when the TTL is not a whole number of seconds from 1 to 21600. */
  issue(ttlSeconds: string | undefined): string | undefined {
    const seconds = /^\d{1,5}$/.test(ttlSeconds ?? '') ? Number(ttlSeconds) : 0;
    if (seconds < 1 || seconds > longestTtlSeconds) return undefined;
    const now = this.#clock.now();
    for (const [token, expiry] of this.#expiries) if (expiry <= now) this.#expiries.delete(token);
    const token = Buffer.from(`imds:${randomUUID()}`).toString('base64url');
    this.#expiries.set(token, now + seconds * 1000);
    return token;
  }

  isValid(token: string | undefined): boolean {
    return token !== undefined && (this.#expiries.get(token) ?? -Infinity) > this.#clock.now();
  }

  /** Makes every token invalid, as a restart of the metadata service would. */
  revokeAll(): void {
    this.#expiries.clear();
  }
}
