import type { AtMost } from './drained.js';

/** A step that is one call to AWS or to the metadata service. */
export interface Call {
  readonly step: string;
  readonly workflow: 'startup' | 'shutdown';
  readonly activity: string;
  readonly action: string;
  /** Which of the action's requests it is, counted from when the boundary is set up. @default 1 */
  readonly nth?: number;
  /** Of a request to the metadata service. */
  readonly path?: string;
  /** The agent asks this as it boots, too: refused there, so that the step has to ask. */
  readonly atBoot?: true;
  /** Where this call may be sent twice, since it was cut short. */
  readonly atMost?: AtMost;
  /** Where the next one may be: the reply of this one is hardly in when the next is under way. */
  readonly nextAtMost?: AtMost;
}

/** What is left of the startup takes milliseconds: where it was over before the kill, the next agent rightly runs another one. */
const lateKill: AtMost = { RegisterTargets: 2 };

/** The steps of a startup that ask AWS or the metadata service, by the call that counts. */
export const startupCalls = {
  metadata: {
    step: 'metadata',
    workflow: 'startup',
    activity: 'readMetadata',
    action: 'GetMetadata',
    path: '/latest/meta-data/network/interfaces/macs/',
    atBoot: true,
    nth: 2,
  },
  discover: {
    step: 'discover',
    workflow: 'startup',
    activity: 'discoverTargetGroup',
    action: 'GetResources',
    nextAtMost: { RegisterTargets: 2 },
  },
  register: {
    step: 'register',
    workflow: 'startup',
    activity: 'registerTarget',
    action: 'RegisterTargets',
    atMost: { RegisterTargets: 2 },
  },
  healthy: {
    step: 'await healthy',
    workflow: 'startup',
    activity: 'confirmHealthy',
    action: 'DescribeTargetHealth',
    // The first is that of discover.
    nth: 2,
    nextAtMost: lateKill,
  },
  peers: {
    step: 'peers',
    workflow: 'startup',
    activity: 'listPeers',
    action: 'DescribeInstances',
    nextAtMost: lateKill,
  },
} as const satisfies Record<string, Call>;

/** A startup that fails takes its target out again. */
export const undoCall = {
  step: 'undo',
  workflow: 'startup',
  activity: 'deregisterTarget',
  action: 'DeregisterTargets',
  atMost: { DeregisterTargets: 2 },
} as const satisfies Call;

/** The steps of a shutdown, by the call that makes the effect of each. The first is only there when it was not told its target. */
export const shutdownCalls = {
  locate: {
    step: 'locate',
    workflow: 'shutdown',
    activity: 'locateTarget',
    action: 'GetResources',
    nextAtMost: { DeregisterTargets: 2 },
  },
  deregister: {
    step: 'deregister',
    workflow: 'shutdown',
    activity: 'deregisterTarget',
    action: 'DeregisterTargets',
    atMost: { DeregisterTargets: 2 },
  },
  confirm: {
    step: 'confirm draining',
    workflow: 'shutdown',
    activity: 'confirmDraining',
    action: 'DescribeTargetHealth',
  },
} as const satisfies Record<string, Call>;
