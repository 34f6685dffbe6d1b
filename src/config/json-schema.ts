import * as z from 'zod/mini';
import { defaultOf } from './setting.js';
import type { Setting } from './setting.js';
import { everySetting } from './settings.js';

/** The JSON Schema of `drawbridge.yaml`, for editors. */
export function settingsSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'drawbridge.yaml: settings of Drawbridge agents, fleet workers and operators',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(everySetting).map(([name, setting]) => [name, propertyOf(setting)])),
  };
}

function propertyOf(setting: Setting): object {
  const { schema, read, fallback, flag, env, help } = setting;
  const described = z.toJSONSchema(schema, { io: 'input' });
  delete described.$schema;
  const description = `${help}. Default: ${defaultOf(setting)}. Flag ${flag}, variable ${env}.`;
  // What is read as a time in a flag is read so here.
  const time = isTime(read)
    ? { anyOf: [...alternativesOf(described), { type: 'string', pattern: timePattern }] }
    : described;
  return { ...time, description, ...(fallback !== undefined && { default: fallback }) };
}

/** `120s`, `2m`, `1h` */
const timePattern = '^\\d+(\\.\\d+)?\\s*[smh]?$';

const isTime = (read: Setting['read']): boolean => read('2m') === 120;

function alternativesOf(schema: object): readonly unknown[] {
  return 'anyOf' in schema && Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
}
