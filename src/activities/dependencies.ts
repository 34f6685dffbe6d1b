import type { Aws } from '../aws/api.js';
import type { ControllerConfig } from '../domain/controller-config.js';
import type { InstanceMetadata } from '../domain/instance.js';
import type { TunnelFacts } from '../domain/tunnel.js';

/** This machine, as the steps need it. A fleet worker has none. */
export interface Host {
  /** @throws MetadataUnavailable */
  identity(): Promise<InstanceMetadata>;
  interfaceCount(): Promise<number>;
  tunnelFacts(): Promise<TunnelFacts>;
  /** Whether the process was told to go: nothing may be brought into service on it any more. */
  readonly leaving: boolean;
  /** `/health` answers 200 again. */
  serve(): void;
  /** `/health` answers 503 from now on. */
  refuse(): void;
  publish(config: ControllerConfig): Promise<void>;
}

/** The other workflow of the same instance. */
export interface Lives {
  shutdownRuns(instanceId: string, signal: AbortSignal): Promise<boolean>;
  /** Cancels a running startup and resolves once it has ended, its registration undone. */
  endStartup(instanceId: string, signal: AbortSignal): Promise<void>;
}

export interface AwsDependencies extends Aws {
  readonly lives: Lives;
  readonly host?: Host;
}

export interface HostDependencies {
  readonly host: Host;
}
