/**
 * Keys of AWS tags that the integration which Drawbridge replaces has given a meaning. Only the cluster's, `clusterTag`, decides
 * anything here; `leaderTag` is shown. The other three are for programs that read them themselves.
 *
 * Source: the specification, "Constants".
 */
export { clusterTag } from './ids.js';

/** The Auto Scaling group of an instance; AWS itself sets it. */
export const autoScalingGroupTag = 'aws:autoscaling:groupName';

/** Marks the instance that was meant to lead. Its mere presence counts; shown as `isLeader`, and nothing is decided by it. */
export const leaderTag = 'neuwerk:leader';

/** A floating address, as CIDR, of a mode that routes replaced in 2023. */
export const vipTag = 'neuwerk:vip';

/** What leads out of the cluster. */
export const egressTag = 'neuwerk:egress';
