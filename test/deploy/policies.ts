import { readFileSync } from 'node:fs';
import { z } from 'zod';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policySchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().regex(/^[A-Za-z0-9]+$/),
      Effect: z.literal('Allow'),
      Action: oneOrMore,
      Resource: z.string(),
      Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    }),
  ),
});

export const roles = ['agent', 'worker', 'operator', 'verifier', 'legacy'] as const;
export type Role = (typeof roles)[number];

/** The statements of a role's policy in deploy/iam. */
export const statementsOf = (role: Role) =>
  policySchema.parse(JSON.parse(readFileSync(`deploy/iam/${role}.json`, 'utf8'))).Statement;

/** Such as `ec2:DescribeInstances`. */
export const actionsOf = (role: Role): string[] => statementsOf(role).flatMap(({ Action }) => Action);
