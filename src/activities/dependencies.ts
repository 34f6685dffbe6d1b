import type { Aws } from '../aws/api.js';
import type { ControllerConfig } from '../domain/controller-config.js';
import type { InstanceMetadata } from '../domain/instance.js';
import type { FailureType } from '../domain/failures.js';
import type { TargetHealth } from '../domain/target-health.js';
import type { TunnelFacts } from '../domain/tunnel.js';

/** This machine, as the steps need it. A fleet worker has none. */
export interface Host {
  /** @throws MetadataUnavailable */
  identity(): Promise<InstanceMetadata>;
  interfaceCount(): Promise<number>;
  tunnelFacts(): Promise<TunnelFacts>;
  /** Whether the process was told to go: nothing may be brought into service on it any more. */
  readonly leaving: boolean;
  /** `/health` answers 200 again; `/ready` not before `publish`. */
  serve(): void;
  /** `/health` and `/ready` answer 503 from now on. */
  refuse(): void;
  publish(config: ControllerConfig): Promise<void>;
}

/** The other workflow of the same instance. */
export interface Lives {
  shutdownRuns(instanceId: string, signal: AbortSignal): Promise<boolean>;
  /** Cancels a running startup and resolves once it has ended, its registration undone. */
  endStartup(instanceId: string, signal: AbortSignal): Promise<void>;
}

/** What is measured of the steps. Never fails, never waits. A target is named by its id: an instance id, or an IP address. */
export interface StepMetrics {
  /** One attempt is over; with the failure's type, where it failed. */
  attempted(step: string, seconds: number, outcome: 'done' | 'cancelled'): void;
  attempted(step: string, seconds: number, outcome: 'retried' | 'failed', type: FailureType): void;
  /** A look within an attempt got no answer, and is followed by another one. */
  unanswered(step: string, type: FailureType): void;
  saw(targetId: string, health: TargetHealth): void;
  registered(targetId: string, is: boolean): void;
}

interface Measured {
  readonly metrics?: StepMetrics | undefined;
}

export interface AwsDependencies extends Aws, Measured {
  readonly lives: Lives;
  readonly host?: Host;
}

/** What the operations helpers need: AWS, and no host or life. */
export interface OperationsDependencies extends Aws, Measured {}

export interface HostDependencies extends Measured {
  readonly host: Host;
}
