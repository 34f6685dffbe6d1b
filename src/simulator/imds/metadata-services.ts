import type { Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import type { Listeners } from '../wire/listeners.js';
import type { Instance } from '../world/instance.js';
import type { World } from '../world/world.js';
import { createMetadataFront } from './front.js';
import { MetadataTokens } from './tokens.js';

/** The metadata services of a simulator: one per instance, each on a listener of its own, as the instance is who asks. */
export class MetadataServices {
  readonly #options: { world: World; listeners: Listeners; faults: Faults; journal: Journal };
  readonly #tokens = new Map<string, MetadataTokens>();

  constructor(options: { world: World; listeners: Listeners; faults: Faults; journal: Journal }) {
    this.#options = options;
  }

  /** @returns the endpoint of the instance's metadata service. */
  start(instance: Instance, port: number | undefined): Promise<string> {
    const { world, listeners, faults, journal } = this.#options;
    const tokens = new MetadataTokens(world.clock);
    this.#tokens.set(instance.instanceId, tokens);
    return listeners.open(createMetadataFront({ world, instance, tokens }, faults, journal), port);
  }

  revokeTokens(instanceId: string): void {
    this.#tokens.get(instanceId)?.revokeAll();
  }
}
