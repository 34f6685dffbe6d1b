import type { Instance } from '../world/instance.js';
import type { Target } from '../world/targets/target.js';
import type { TargetGroup } from '../world/targets/target-group.js';
import { targetKey } from '../world/targets/target-group.js';
import type { World } from '../world/world.js';
import type { Candidate } from './candidates.js';
import { candidatesFor, pick } from './candidates.js';
import type { FlowLoss } from './flow.js';
import { crossZoneOf, rebalances } from './group-rules.js';
import { Presence } from './presence.js';

interface Steered extends Candidate {
  readonly target: Target;
}

/** Which targets a group has for flows now, and which of them can take packets at all. */
export class Steering {
  readonly #world: World;
  readonly #group: TargetGroup;
  readonly #presence: Presence;
  /** Undefined when something changed since they were looked up. */
  #targets: readonly Steered[] | undefined;

  /** @param onPresence - a real process is gone, or is back. @param isWanted - whether there are flows, or may be */
  constructor(world: World, group: TargetGroup, onPresence: (instance: Instance) => void, isWanted: () => boolean) {
    this.#world = world;
    this.#group = group;
    this.#presence = new Presence(world.clock, onPresence, isWanted);
  }

  /** Something about the targets has changed. */
  reconsider(): void {
    this.#targets = undefined;
  }

  /** The target for flows with this key that enter in `zone`; undefined when there is none. */
  choose(zone: string, key: string): Target | undefined {
    this.#targets ??= this.#listTargets();
    const rules = { crossZone: crossZoneOf(this.#group), failOpen: this.#world.assumptions.failOpen };
    return pick(candidatesFor(this.#targets, zone, rules), key)?.target;
  }

  /** Why flows to this target are lost; undefined when somebody is there to take them. */
  lossAt(target: Target): FlowLoss | undefined {
    const instance = this.#world.instanceOf(this.#group, target.id);
    if (instance?.state !== 'running') return 'instance not running';
    return this.#presence.isThere(instance) ? undefined : 'process gone';
  }

  /** Whether flows to a target that is lost hang until the load balancer has noticed. */
  get waitsForFailover(): boolean {
    return this.#world.assumptions.lostTarget === 'fail-over' && rebalances(this.#group, 'on_unhealthy');
  }

  close(): void {
    this.#presence.close();
  }

  #listTargets(): Steered[] {
    return [...this.#group.targets.values()].map((target) => ({
      key: targetKey(target.id, target.port),
      availabilityZone: this.#world.instanceOf(this.#group, target.id)?.availabilityZone,
      health: target.health,
      target,
    }));
  }
}
