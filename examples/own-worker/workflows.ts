import { executeChild } from '@temporalio/workflow';
import { shutdown, startup } from 'drawbridge/workflows';

// What the worker registers: Drawbridge's two workflows under their own names, beside ours.
export { shutdown, startup };

/** A workflow of our own: into service, and out again as soon as it is in. Both halves are Drawbridge's, as children. */
export async function roundTrip(
  instanceId: string,
  cluster: string,
): Promise<{ ingressDevice: string | null; outcome: string }> {
  const { ingressDevice, targetGroupArn, target } = await executeChild(startup, {
    workflowId: `startup/${instanceId}`,
    args: [{ instanceId, cluster, tunnel: { device: 'lo' } }],
  });
  const { outcome } = await executeChild(shutdown, {
    workflowId: `shutdown/${instanceId}`,
    args: [{ instanceId, cluster, drain: 1, registered: { targetGroupArn, target }, trigger: 'roundTrip' }],
  });
  return { ingressDevice, outcome };
}
