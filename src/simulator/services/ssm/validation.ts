import { z } from 'zod';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';

/** What SSM calls parameters that its model does not allow. */
export const validationException = 'ValidationException';

/** Source: SSM API reference, InstanceId. */
const instanceIdPattern = /^i-(\w{8}|\w{17})$|^mi-\w{17}$/;

/** Source: SSM API reference, CommandId. The model only knows the length; the service gives out UUIDs. */
export const commandIdParameter = z.string().length(36);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws `AwsError` InvalidCommandId when the id could not be one of a command. */
export function refuseMalformedCommandId(commandId: string): void {
  if (!uuid.test(commandId)) throw invalidCommandId();
}

/** The refusal of a command id that names no command. */
export const invalidCommandId = () => new AwsError('InvalidCommandId', 'The specified command ID is not valid');

/** @throws `AwsError` ValidationException when an id is none that SSM knows the form of. Those of this world's instances are fine. */
export function refuseMalformedInstanceIds(world: World, ids: readonly string[]): void {
  const malformed = ids.find((id) => !world.instances.has(id) && !instanceIdPattern.test(id));
  if (malformed === undefined) return;
  throw new AwsError(
    validationException,
    `1 validation error detected: Value '${malformed}' at 'instanceId' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: (^i-(\\w{8}|\\w{17})$)|(^mi-\\w{17}$)',
  );
}

/** @throws `AwsError` DuplicateInstanceId when an id comes twice. */
export function refuseDuplicates(ids: readonly string[]): void {
  if (new Set(ids).size < ids.length) {
    throw new AwsError('DuplicateInstanceId', 'An instance ID is specified more than once');
  }
}
