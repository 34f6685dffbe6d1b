/**
 * What a Gateway Load Balancer does with flows, as counters: no packets are sent.
 *
 * F1 A flow goes to one target, chosen when its first packet comes, for as long as its entry in the flow table lasts.
 * F2 New flows go to healthy targets only, unless none is and the load balancer fails open.
 * F3 Flows leave a target that is unhealthy or deregistered only with target failover `rebalance`; after deregistration, late.
 * F4 Flows whose target has no process or no running instance any more are cut, sooner or later: see the assumption `lostTarget`.
 * F5 Every flow that opens ends in exactly one way, or is active.
 *
 * Source: GWLB user guide, "Target groups" and "Edit target group attributes".
 */
import type { Clock } from '../clock.js';
import type { Instance } from '../world/instance.js';
import type { Transition } from '../world/observer.js';
import type { Target } from '../world/targets/target.js';
import type { TargetGroup } from '../world/targets/target-group.js';
import { isListed } from '../world/targets/target-health.js';
import type { World } from '../world/world.js';
import { hasFailed } from './candidates.js';
import type { FlowLoss, FlowPlan } from './flow.js';
import { stickinessKey } from './flow.js';
import type { Entry, Flow } from './flow-table.js';
import { FlowTable, recordOf } from './flow-table.js';
import { idleSecondsOf, rebalances } from './group-rules.js';
import { FlowSource } from './source.js';
import { Steering } from './steering.js';
import type { FlowReport } from './tally.js';
import { Tally } from './tally.js';
import type { Traffic } from './traffic.js';

/** The data path of one target group. */
export class DataPath {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #group: TargetGroup;
  readonly #table = new FlowTable();
  readonly #tally = new Tally();
  readonly #steering: Steering;
  readonly #sources = new Set<FlowSource>();
  #closed = false;

  constructor(world: World, group: TargetGroup) {
    this.#world = world;
    this.#clock = world.clock;
    this.#group = group;
    this.#steering = new Steering(
      world,
      group,
      (instance) => this.onInstanceChanged(instance),
      () => this.#sources.size > 0 || this.#table.all.length > 0,
    );
  }

  /** Starts a source of flows. Stopped, it sends no new ones; those that are open go on. */
  start(traffic: Traffic): { stop: () => void } {
    const zone = traffic.availabilityZone ?? `${this.#world.region}a`;
    const source = new FlowSource(traffic, zone, this.#clock.now());
    this.#sources.add(source);
    this.#expectNext(source);
    return { stop: () => source.stop() };
  }

  /** Stops every source. */
  stop(): void {
    for (const source of this.#sources) source.stop();
  }

  report(): FlowReport {
    return this.#tally.report();
  }

  /** A target's health changed. */
  onTransition({ targetId, at, to }: Transition): void {
    this.#steering.reconsider();
    for (const target of this.#table.targets) {
      if (target.id !== targetId) continue;
      if (hasFailed(to) && rebalances(this.#group, 'on_unhealthy')) this.#rehash(target, at);
      if (!isListed(to) && rebalances(this.#group, 'on_deregistration')) this.#rehashLater(target, at);
    }
    if (to.state === 'healthy') this.#rehashStranded(at);
  }

  /** An instance changed its state, or what answers on it. */
  onInstanceChanged(instance: Instance): void {
    this.#steering.reconsider();
    for (const target of this.#table.targets) {
      const loss = this.#world.instanceOf(this.#group, target.id) === instance && this.#steering.lossAt(target);
      if (loss && !this.#steering.waitsForFailover) this.#cutAll(this.#table.of(target), loss, this.#clock.now());
    }
  }

  /** The group was attached to a listener, or taken from it. */
  onGroupChanged(): void {
    this.#steering.reconsider();
    if (!this.#group.inUse) this.#cutAll(this.#table.all, 'not in use', this.#clock.now());
  }

  /** The group is gone, or the simulator closes: nothing goes on. */
  close(): void {
    this.stop();
    this.#steering.close();
    this.#cutAll(this.#table.all, 'target group deleted', this.#clock.now());
    this.#closed = true;
  }

  #expectNext(source: FlowSource): void {
    const plan = source.next();
    if (!plan) {
      this.#sources.delete(source);
      return;
    }
    this.#at(plan.opensAt, () => {
      if (!source.isStopped) this.#open(plan);
      this.#expectNext(source);
    });
  }

  #open(plan: FlowPlan): void {
    const key = stickinessKey(plan.tuple, this.#group.attributes);
    const entry = this.#table.get(key) ?? this.#enter(plan, key, plan.opensAt);
    if (!entry) {
      this.#tally.refuse(recordOf({ plan, path: [] }, 'refused', plan.opensAt, 'no target'));
      return;
    }
    const flow: Flow = { plan, key, path: [entry.target], silent: false, over: false };
    entry.flows.add(flow);
    this.#tally.open(entry.target.id);
    this.#cutIfLost(entry, flow, plan.opensAt);
    if (flow.over) return;
    if (plan.pause) this.#at(plan.pause.from, () => this.#pause(flow));
    if (plan.pause) this.#at(plan.pause.to, () => this.#resume(flow));
    this.#at(plan.endsAt, () => this.#end(flow));
  }

  #pause(flow: Flow): void {
    const entry = this.#table.get(flow.key);
    if (flow.over || !entry || !flow.plan.pause) return;
    flow.silent = true;
    this.#sawLastPacket(entry, flow.plan.pause.from);
  }

  /** After a pause beyond the idle timeout, the flow is a new one to the load balancer (F1). */
  #resume(flow: Flow): void {
    if (flow.over || !flow.plan.pause) return;
    const { to: at } = flow.plan.pause;
    flow.silent = false;
    const known = this.#table.get(flow.key);
    const entry = known ?? this.#enter(flow.plan, flow.key, at);
    if (!entry) {
      this.#finish(flow, at, 'no target');
      return;
    }
    entry.flows.add(flow);
    this.#moveTo(entry.target, flow);
    this.#cutIfLost(entry, flow, at);
  }

  #end(flow: Flow): void {
    if (flow.over) return;
    const { plan, key } = flow;
    const entry = this.#table.get(key);
    this.#finish(flow, plan.endsAt, entry && this.#steering.lossAt(entry.target));
    if (!entry) return;
    entry.flows.delete(flow);
    if (entry.flows.size > 0) return;
    if (plan.closes) this.#table.delete(entry);
    else this.#sawLastPacket(entry, plan.endsAt);
  }

  /** Chooses a target, and remembers it. */
  #enter(plan: FlowPlan, key: string, at: number): Entry | undefined {
    const chosen = this.#steering.choose(plan.availabilityZone, key);
    if (!chosen) return undefined;
    const entry: Entry = {
      key,
      availabilityZone: plan.availabilityZone,
      idleMs: idleSecondsOf(this.#group, plan.tuple) * 1000,
      target: chosen,
      lastPacketAt: at,
      flows: new Set(),
    };
    this.#table.add(entry);
    return entry;
  }

  #rehashLater(target: Target, at: number): void {
    this.#at(at + this.#world.assumptions.rebalanceSeconds * 1000, () => {
      if (!target.isListed) this.#rehash(target, this.#clock.now());
    });
  }

  /** There is a healthy target again: for flows that found none when they had to move. */
  #rehashStranded(at: number): void {
    const lateMs = this.#world.assumptions.rebalanceSeconds * 1000;
    for (const target of this.#table.targets) {
      const failed = hasFailed(target.health) && rebalances(this.#group, 'on_unhealthy');
      const left = !target.isListed && at - target.since >= lateMs && rebalances(this.#group, 'on_deregistration');
      if (failed || left) this.#rehash(target, at);
    }
  }

  #rehash(target: Target, at: number): void {
    for (const entry of this.#table.of(target)) {
      const chosen = this.#steering.choose(entry.availabilityZone, entry.key);
      if (!chosen || chosen === target) continue;
      entry.target = chosen;
      for (const flow of entry.flows) {
        this.#moveTo(chosen, flow);
        this.#cutIfLost(entry, flow, at);
      }
    }
  }

  #moveTo(target: Target, flow: Flow): void {
    const from = flow.path.at(-1);
    if (!from || from === target) return;
    flow.path.push(target);
    this.#tally.move(from.id, target.id);
  }

  #cutIfLost(entry: Entry, flow: Flow, at: number): void {
    const loss = this.#steering.lossAt(entry.target);
    if (loss && !this.#steering.waitsForFailover) this.#cut(entry, flow, loss, at);
  }

  #cutAll(entries: readonly Entry[], loss: FlowLoss, at: number): void {
    for (const entry of entries) for (const flow of entry.flows) this.#cut(entry, flow, loss, at);
  }

  #cut(entry: Entry, flow: Flow, loss: FlowLoss, at: number): void {
    this.#finish(flow, at, loss);
    entry.flows.delete(flow);
    if (entry.flows.size === 0) this.#table.delete(entry);
  }

  /** Counts the end of a flow, once (F5). */
  #finish(flow: Flow, at: number, loss?: FlowLoss): void {
    flow.over = true;
    const target = flow.path.at(-1);
    if (!target) return;
    const moved = flow.path.length > 1;
    const outcome = loss ? 'cut' : moved ? 'moved' : undefined;
    this.#tally.end(target.id, outcome && recordOf(flow, outcome, at, loss));
  }

  #sawLastPacket(entry: Entry, at: number): void {
    entry.lastPacketAt = at;
    this.#at(at + entry.idleMs, () => this.#table.expire(entry, at + entry.idleMs));
  }

  #at(time: number, run: () => void): void {
    this.#clock.schedule(time, () => {
      if (!this.#closed) run();
    });
  }
}
