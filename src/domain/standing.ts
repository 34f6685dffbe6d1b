import type { Phase } from './status.js';
import type { RegisteredTarget } from './target-group.js';
import type { TargetHealth } from './target-health.js';
import type { TunnelDetector } from './tunnel.js';

/** How far a life is. Times are ISO 8601. */
export interface Progress {
  /** `unknown`: it is under way, and no worker says how far. */
  readonly phase: Phase | 'unknown';
  readonly since: string;
  readonly drainUntil: string | null;
  /** In one line: why the life failed, or what the step that is tried again said last. */
  readonly lastFailure: string | null;
}

/** Where one instance stands, as Temporal has it. */
export interface Standing extends Progress {
  readonly instanceId: string;
  /** What its last startup registered, or tried to. */
  readonly registered: RegisteredTarget | null;
  /** The interface that receives GENEVE, as its last startup found it. */
  readonly tunnelDevice: string | null;
  /** What it was recognised by; null where there is none. */
  readonly tunnelDetector: TunnelDetector | null;
}

/** The same with what AWS says of its target. */
export interface StandingWithHealth extends Standing {
  /** Null where AWS was not asked, or did not answer. */
  readonly target: TargetHealth | null;
}
