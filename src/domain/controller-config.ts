import type { Target } from './target-group.js';
import type { TunnelDetector } from './tunnel.js';

/** What a startup ends with: all that the appliance's controller has to know, as JSON. */
export interface ControllerConfig {
  readonly instanceId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly region: string;
  readonly privateIp: string;
  readonly cluster: string;
  readonly targetGroupArn: string;
  readonly target: Target;
  /** The interface that receives GENEVE; null where the tunnel policy let the startup go on without one. */
  readonly ingressDevice: string | null;
  readonly tunnelDetector: TunnelDetector | null;
  readonly tunnelMode: 'geneve';
  /** Private IPs of the cluster's other running instances in this VPC, sorted; empty for the first one. */
  readonly peers: readonly string[];
}
