import type { WorldObserver } from '../world/observer.js';
import type { TargetGroup } from '../world/targets/target-group.js';
import type { World } from '../world/world.js';
import { DataPath } from './data-path.js';
import type { FlowReport } from './tally.js';
import { Tally } from './tally.js';
import type { TrafficOptions } from './traffic.js';
import { trafficOptions } from './traffic.js';

/** The data paths of all target groups that have traffic. Told by the world what happens to their targets. */
export class DataPaths {
  readonly #world: World;
  readonly #paths = new Map<TargetGroup, DataPath>();

  constructor(world: World) {
    this.#world = world;
    world.observe(this.#observer());
  }

  /** Lets flows come in. @throws `ZodError` when the options are none. */
  start(group: TargetGroup, options: TrafficOptions): { stop: () => void } {
    const traffic = trafficOptions.parse(options);
    const path = this.#paths.get(group) ?? new DataPath(this.#world, group);
    this.#paths.set(group, path);
    return path.start(traffic);
  }

  /** The sources of the group send no new flows. */
  stop(group: TargetGroup): void {
    this.#paths.get(group)?.stop();
  }

  report(group: TargetGroup): FlowReport {
    return this.#paths.get(group)?.report() ?? new Tally().report();
  }

  close(): void {
    for (const path of this.#paths.values()) path.close();
  }

  #observer(): WorldObserver {
    return {
      onTransition: (transition) => {
        const group = this.#world.groups.get(transition.targetGroupArn);
        if (group) this.#paths.get(group)?.onTransition(transition);
      },
      onInstanceChanged: (instance) => {
        for (const path of this.#paths.values()) path.onInstanceChanged(instance);
      },
      onGroupChanged: (group) => this.#paths.get(group)?.onGroupChanged(),
      onGroupDeleted: (group) => this.#paths.get(group)?.close(),
    };
  }
}
