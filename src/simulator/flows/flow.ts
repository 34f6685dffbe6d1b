/** What the headers of a packet say of its flow. */
export interface FiveTuple {
  readonly protocol: 'tcp' | 'udp';
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly destinationIp: string;
  readonly destinationPort: number;
}

/** A flow to be: everything that its own ends decide. Times in milliseconds since the epoch, simulated. */
export interface FlowPlan {
  readonly tuple: FiveTuple;
  readonly availabilityZone: string;
  readonly opensAt: number;
  /** Its last packet. */
  readonly endsAt: number;
  /** Whether that packet says so; else the load balancer has to find out by the idle timeout. */
  readonly closes: boolean;
  /** When it falls silent, and when it goes on. */
  readonly pause: { readonly from: number; readonly to: number } | undefined;
}

/**
 * How a flow ended: on the target where it began; on another one, to which it was rehashed; before its end; or it found no target
 * at all.
 */
export type FlowOutcome = 'finished' | 'moved' | 'cut' | 'refused';

/** Why a flow did not reach its end. */
export type FlowLoss = 'process gone' | 'instance not running' | 'not in use' | 'target group deleted' | 'no target';

/** Flows with the same key go to the same target. Source: GWLB user guide, "Flow stickiness". */
export function stickinessKey(tuple: FiveTuple, attributes: ReadonlyMap<string, string>): string {
  const { protocol, sourceIp, sourcePort, destinationIp, destinationPort } = tuple;
  if (attributes.get('stickiness.enabled') !== 'true')
    return `${protocol} ${sourceIp}:${sourcePort} ${destinationIp}:${destinationPort}`;
  const withoutPorts = `${sourceIp} ${destinationIp}`;
  return attributes.get('stickiness.type') === 'source_ip_dest_ip' ? withoutPorts : `${protocol} ${withoutPorts}`;
}
