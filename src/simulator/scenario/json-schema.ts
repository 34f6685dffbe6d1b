import { z } from 'zod';
import { scenarioSchema } from './schema.js';

/**
 * The JSON Schema of a scenario file, for editors. Draft 7, which the YAML language server knows best.
 *
 * What one part of a scenario says of another, such as the name of a target group, is beyond it: `readScenario` checks that.
 */
export const scenarioJsonSchema = (): object => {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // Not a format of JSON Schema; a pattern beside it says the same.
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
    },
  });
  return { $schema, title: 'Scenario of the Drawbridge simulator', ...schema };
};
