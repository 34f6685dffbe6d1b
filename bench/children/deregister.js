// The reference for a way out: a process that makes the one call when it is told to go. Arguments: target group, instance id.
import { DeregisterTargetsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

const [TargetGroupArn, Id] = process.argv.slice(2);
const elbv2 = new ElasticLoadBalancingV2Client();
const alive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  clearInterval(alive);
  void elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] }));
});
process.stdout.write('ready\n');
