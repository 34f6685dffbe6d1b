/** Attributes of a GENEVE group as created. Source: ELBv2 API reference, TargetGroupAttribute. */
export const defaultAttributes: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'stickiness.type': 'source_ip_dest_ip_proto',
  'target_failover.on_deregistration': 'no_rebalance',
  'target_failover.on_unhealthy': 'no_rebalance',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'send_tcp_reset.on_unhealthy.enabled': 'false',
  'send_tcp_reset.on_deregistration.enabled': 'false',
};

/** What an attribute may be, where that is a short list. Source: the same. */
const allowedValues: Readonly<Record<string, readonly string[]>> = {
  'stickiness.enabled': ['true', 'false'],
  'stickiness.type': ['source_ip_dest_ip_proto', 'source_ip_dest_ip'],
  'target_failover.on_deregistration': ['rebalance', 'no_rebalance'],
  'target_failover.on_unhealthy': ['rebalance', 'no_rebalance'],
  'load_balancing.cross_zone.enabled': ['true', 'false', 'use_load_balancer_configuration'],
  'send_tcp_reset.on_unhealthy.enabled': ['true', 'false'],
  'send_tcp_reset.on_deregistration.enabled': ['true', 'false'],
};

/** The longest deregistration delay, in seconds. Source: ELBv2 API reference, TargetGroupAttribute. */
const longestDeregistrationDelaySeconds = 3600;

/** Why AWS would refuse these attributes, taken together; undefined when it would not. */
export function refuseAttributes(attributes: ReadonlyMap<string, string>): string | undefined {
  for (const [key, value] of attributes) {
    if (!Object.hasOwn(defaultAttributes, key)) return `Target group attribute key '${key}' is not recognized`;
    const allowed = allowedValues[key];
    if (allowed && !allowed.includes(value)) return `'${key}' must be one of ${allowed.join(', ')}, not '${value}'`;
  }
  const delay = attributes.get('deregistration_delay.timeout_seconds') ?? '';
  if (!/^\d{1,4}$/.test(delay) || Number(delay) > longestDeregistrationDelaySeconds) {
    return `'deregistration_delay.timeout_seconds' must be between 0 and ${longestDeregistrationDelaySeconds} inclusive`;
  }
  if (attributes.get('target_failover.on_deregistration') !== attributes.get('target_failover.on_unhealthy')) {
    return "'target_failover.on_deregistration' and 'target_failover.on_unhealthy' must have the same value";
  }
  return undefined;
}
