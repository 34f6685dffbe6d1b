import type { Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import type { Listeners } from '../wire/listeners.js';
import type { Throttle } from '../throttling/throttle.js';
import type { Instance } from '../world/instance.js';
import type { World } from '../world/world.js';
import { createMetadataFront } from './front.js';
import { MetadataTokens } from './tokens.js';

interface MetadataServicesOptions {
  readonly world: World;
  readonly listeners: Listeners;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly journal: Journal;
}

/** The metadata services of a simulator: one per instance, each on a listener of its own, as the instance is who asks. */
export class MetadataServices {
  readonly #options: MetadataServicesOptions;
  readonly #tokens = new Map<string, MetadataTokens>();

  constructor(options: MetadataServicesOptions) {
    this.#options = options;
  }

  /** @returns the endpoint of the instance's metadata service. */
  start(instance: Instance, port: number | undefined): Promise<string> {
    const { listeners, ...shared } = this.#options;
    const tokens = new MetadataTokens(shared.world.clock);
    this.#tokens.set(instance.instanceId, tokens);
    return listeners.open(createMetadataFront({ ...shared, instance, tokens }), port);
  }

  revokeTokens(instanceId: string): void {
    this.#tokens.get(instanceId)?.revokeAll();
  }
}
