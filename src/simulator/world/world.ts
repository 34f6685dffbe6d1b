import type { Clock } from '../clock.js';
import type { Instance, InstanceOptions } from './instance.js';
import { createInstance } from './instance.js';
import { probe } from './probe.js';
import type { Circumstances, HealthChange, ProbeSource } from './target.js';
import { Target } from './target.js';
import type { TargetGroup, TargetGroupOptions } from './target-group.js';
import { createTargetGroup, deregistrationDelaySeconds, targetKey } from './target-group.js';
import type { TargetHealth } from './target-health.js';
import { invalidState, reasons } from './target-health.js';

/** A change of a target's health, and whose. */
export interface Transition extends HealthChange {
  readonly targetGroupArn: string;
  readonly targetId: string;
}

/** Everything that exists in one account and region, and the rules between instances, groups and targets. */
export class World {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly instances = new Map<string, Instance>();
  readonly groups = new Map<string, TargetGroup>();
  readonly #onTransition: (transition: Transition) => void;
  readonly #instancesByKey = new Map<string, Instance>();
  #instancesMade = 0;
  #groupsMade = 0;

  constructor(options: {
    clock: Clock;
    region: string;
    account: string;
    onTransition: (transition: Transition) => void;
  }) {
    this.clock = options.clock;
    this.region = options.region;
    this.account = options.account;
    this.#onTransition = options.onTransition;
  }

  /** @throws when the id or the name is taken, or the options contradict each other. */
  createInstance(options: InstanceOptions): Instance {
    const instance = createInstance(options, ++this.#instancesMade, this.region, this.clock.now());
    if (this.instances.has(instance.instanceId)) throw new Error(`instance ${instance.instanceId} exists already`);
    this.instances.set(instance.instanceId, instance);
    this.#instancesByKey.set(instance.accessKeyId, instance);
    return instance;
  }

  /** @throws when the name is taken, or an attribute is not one of AWS's. */
  createTargetGroup(options: TargetGroupOptions): TargetGroup {
    const prefix = `arn:aws:elasticloadbalancing:${this.region}:${this.account}`;
    const group = createTargetGroup(options, ++this.#groupsMade, prefix);
    if ([...this.groups.values()].some(({ name }) => name === group.name)) {
      throw new Error(`target group ${group.name} exists already`);
    }
    this.groups.set(group.arn, group);
    return group;
  }

  deleteTargetGroup(arn: string): void {
    for (const target of this.group(arn).targets.values()) target.discard();
    this.groups.delete(arn);
  }

  /** @throws when there is no such group. */
  group(arn: string): TargetGroup {
    const group = this.groups.get(arn);
    if (!group) throw new Error(`no target group ${arn}`);
    return group;
  }

  /** @throws when there is no such instance. */
  instance(instanceId: string): Instance {
    const instance = this.instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId}`);
    return instance;
  }

  /** The instance whose role's credentials these are; undefined when they are nobody's. */
  instanceWithKey(accessKeyId: string): Instance | undefined {
    return this.#instancesByKey.get(accessKeyId);
  }

  /** The instance that a target of this group means; undefined when there is none. */
  instanceOf(group: TargetGroup, targetId: string): Instance | undefined {
    if (group.targetType === 'instance') return this.instances.get(targetId);
    return [...this.instances.values()].find(({ nics }) => nics.some(({ privateIp }) => privateIp === targetId));
  }

  /** The target, which may not be registered; undefined when it never was. */
  target(group: TargetGroup, id: string, port = group.port): Target | undefined {
    return group.targets.get(targetKey(id, port));
  }

  registerTarget(group: TargetGroup, id: string, port = group.port): void {
    const known = this.target(group, id, port) ?? this.#createTarget(group, id, port);
    group.targets.set(targetKey(id, port), known);
    known.register();
  }

  /** Changes an instance; its targets notice. */
  changeInstance(instanceId: string, to: Partial<Pick<Instance, 'state' | 'probe'>>): void {
    const instance = this.instance(instanceId);
    if (to.probe === 'http' && !instance.probeAddress) throw new Error(`instance ${instanceId} has no probe address`);
    const targets = [...this.groups.values()].flatMap((group) =>
      [...group.targets.values()].filter((target) => this.instanceOf(group, target.id) === instance),
    );
    change(targets, () => Object.assign(instance, to));
  }

  setInUse(arn: string, inUse: boolean): void {
    const group = this.group(arn);
    change(group.targets.values(), () => (group.inUse = inUse));
  }

  /** Stops every probe. */
  close(): void {
    for (const group of this.groups.values()) for (const target of group.targets.values()) target.discard();
  }

  #createTarget(group: TargetGroup, id: string, port: number): Target {
    return new Target({
      id,
      port,
      clock: this.clock,
      circumstances: () => this.#circumstances(group, id),
      onChange: (change) => this.#onTransition({ ...change, targetGroupArn: group.arn, targetId: id }),
    });
  }

  #circumstances(group: TargetGroup, targetId: string): Circumstances {
    const instance = this.instanceOf(group, targetId);
    return {
      check: group.healthCheck,
      registrationDelaySeconds: group.registrationDelaySeconds,
      deregistrationDelaySeconds: deregistrationDelaySeconds(group),
      unusedBecause: unusedBecause(group, instance),
      probe: this.#probeSource(group, instance),
    };
  }

  #probeSource(group: TargetGroup, instance: Instance | undefined): ProbeSource {
    if (!instance || instance.state === 'stopped' || instance.state === 'terminated') return { kind: 'timeout' };
    const { probeAddress } = instance;
    if (instance.probe === 'healthy') return { kind: 'success' };
    if (instance.probe === 'unhealthy' || !probeAddress) return { kind: 'failed' };
    return { kind: 'real', send: () => probe(probeAddress, group.healthCheck, this.clock.speed ?? 1) };
  }
}

/** An address whose instance stopped only stops answering; an instance target is known to be unusable. */
function unusedBecause(group: TargetGroup, instance: Instance | undefined): TargetHealth | undefined {
  if (!group.inUse) return reasons.notInUse;
  const stopped = instance?.state === 'stopped' || instance?.state === 'terminated';
  return group.targetType === 'instance' && stopped ? invalidState(instance.state) : undefined;
}

/** Makes a change that concerns these targets: each first settles what is due by the old circumstances (L1). */
function change(targets: Iterable<Target>, apply: () => void): void {
  const concerned = [...targets].filter(({ isListed }) => isListed);
  apply();
  for (const target of concerned) target.reconsider();
}
