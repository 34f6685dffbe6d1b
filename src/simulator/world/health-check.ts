/** How a target group checks the health of its targets. */
export interface HealthCheck {
  readonly protocol: 'HTTP' | 'TCP';
  /** For HTTP only. */
  readonly path: string;
  /** The port that AWS would probe. A simulated instance answers on its `probeAddress` instead. */
  readonly port: number | 'traffic-port';
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Successes in a row that make a target healthy. */
  readonly healthyThreshold: number;
  /** Failures in a row that make a target unhealthy. */
  readonly unhealthyThreshold: number;
  /** HTTP status codes that count as success, such as `200-399` or `200,204`. For HTTP only. */
  readonly matcher: string;
}

/** Health check of a GENEVE group that does not say otherwise. Source: ELBv2 API reference, CreateTargetGroup. */
export const geneveHealthCheck: HealthCheck = {
  protocol: 'TCP',
  path: '/',
  port: 80,
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200-399',
};

/** What one probe found. */
export type ProbeOutcome =
  | { readonly kind: 'success' }
  | { readonly kind: 'mismatch'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed' };

/** Whether `status` is one that `matcher` (`200-399`, `200,204`) accepts. */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(',').some((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return first !== undefined && last !== undefined && status >= first && status <= last;
  });
}
