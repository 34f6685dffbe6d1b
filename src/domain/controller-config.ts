import type { GwlbConfig, Target } from './target-group.js';
import type { TunnelDetector } from './tunnel.js';

/** What a startup ends with: all that the appliance's controller has to know, as JSON. */
export interface ControllerConfig extends GwlbConfig {
  readonly cluster: string;
  readonly target: Target;
  /** The interface that receives GENEVE; null where the tunnel policy let the startup go on without one. */
  readonly ingressDevice: string | null;
  /** That one and all others that were recognised the same way; empty where there is none. */
  readonly ingressDevices: readonly string[];
  readonly tunnelDetector: TunnelDetector | null;
  readonly tunnelMode: 'geneve';
  /** Private IPs of the cluster's other running instances in this VPC, sorted; empty for the first one. */
  readonly peers: readonly string[];
}
