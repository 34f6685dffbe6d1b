import { nameOfGroup } from '../../domain/ids.js';
import { checkNames, isVerified } from '../../domain/verification.js';
import type { InstanceVerification, Verification } from '../../domain/verification.js';
import { below } from './below.js';
import { sayFor } from './span.js';
import { tableOf } from './table.js';

const heads = ['INSTANCE', ...checkNames.map((name) => name.toUpperCase())];

/** A row for each instance, within 80 columns, with what was said under it, and how many came through. */
export function verificationView(found: Verification): string {
  const { cluster, targetGroupArn, instances, startedAt, finishedAt } = found;
  const rows = instances.map(({ target, instanceId, checks }) => [
    instanceId ?? target,
    ...checks.map(({ outcome, seconds }) => (seconds === null ? outcome : `${outcome} ${sayFor(seconds)}`)),
  ]);
  const [head = '', ...lines] = tableOf(heads, rows, 1).split('\n');
  const took = finishedAt === null ? '' : `, in ${sayFor((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000)}`;
  return [
    `cluster ${cluster}, target group ${targetGroupArn === null ? 'not known' : nameOfGroup(targetGroupArn)}`,
    ...(instances.length === 0 ? [] : [head, ...lines.flatMap((line, at) => [line, ...remarks(instances[at])])]),
    instances.length === 0
      ? 'no targets to verify'
      : `${instances.filter(isVerified).length} of ${instances.length} verified${took}`,
  ].join('\n');
}

/** `verifying: 1 of 3 verified, 1 failed` */
export function progressOfVerification({ instances }: Verification): string {
  if (instances.length === 0) return 'verifying: listing the targets';
  const done = instances.filter(isVerified).length;
  const failed = instances.filter(({ checks }) => checks.some(({ outcome }) => outcome === 'failed')).length;
  return `verifying: ${done} of ${instances.length} verified${failed === 0 ? '' : `, ${failed} failed`}`;
}

const remarks = (instance: InstanceVerification | undefined): string[] =>
  (instance?.checks ?? []).flatMap(({ name, said }) => (said === null ? [] : below(`${name}: ${said}`, true)));
