import { z } from 'zod';

/** How a target group checks the health of its targets. */
export const healthCheckSchema = z.strictObject({
  protocol: z.enum(['HTTP', 'HTTPS', 'TCP']),
  path: z.string().startsWith('/').describe('for HTTP and HTTPS only'),
  port: z
    .union([z.int().min(1).max(65_535), z.literal('traffic-port')])
    .describe('the port that AWS would probe; a simulated instance answers on its probeAddress instead'),
  intervalSeconds: z.number().positive().max(3600).describe('AWS takes 5 to 300; shorter ones are for tests'),
  timeoutSeconds: z.number().positive().max(3600),
  healthyThreshold: z.int().min(1).describe('successes in a row that make a target healthy'),
  unhealthyThreshold: z.int().min(1).describe('failures in a row that make a target unhealthy'),
  matcher: z
    .string()
    .regex(/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/, { error: 'status codes such as 200-399 or 200,204' })
    .describe('HTTP status codes that count as success; for HTTP and HTTPS only'),
});
export type HealthCheck = Readonly<z.output<typeof healthCheckSchema>>;

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
function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(',').some((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return first !== undefined && last !== undefined && status >= first && status <= last;
  });
}

/** What a check finds that was answered with this HTTP status. A TCP check only needs somebody to listen. */
export const outcomeOfStatus = ({ protocol, matcher }: HealthCheck, status: number): ProbeOutcome =>
  protocol === 'TCP' || matchesStatus(matcher, status) ? { kind: 'success' } : { kind: 'mismatch', status };
