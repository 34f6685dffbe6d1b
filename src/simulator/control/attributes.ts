import type { TargetGroup } from '../world/targets/target-group.js';
import { refuseAttributes } from '../world/targets/target-group-attributes.js';
import { ControlError } from './operation.js';

type Attributes = Readonly<Record<string, string>>;

/** @throws `ControlError` 400 when AWS would refuse these attributes of a target group, taken together. */
export function refuseUnknownAttributes(attributes: Attributes): void {
  const refusal = refuseAttributes(new Map(Object.entries(attributes)));
  if (refusal !== undefined) throw new ControlError(400, refusal);
}

/** ModifyTargetGroupAttributes: all of the change, or none of it. @throws `ControlError` as above. */
export function changeAttributes({ attributes }: TargetGroup, changes: Attributes): void {
  refuseUnknownAttributes({ ...Object.fromEntries(attributes), ...changes });
  for (const [key, value] of Object.entries(changes)) attributes.set(key, value);
}
