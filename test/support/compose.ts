import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z
    .string()
    .or(z.object({ context: z.string() }))
    .optional(),
  command: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  read_only: z.boolean().default(false),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  stop_grace_period: z.string().default('10s'),
  healthcheck: z
    .object({ test: z.array(z.string()) })
    .or(z.object({ disable: z.literal(true) }))
    .optional(),
});

const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
});

/** What a docker-compose.yml says, as far as we make use of it; as Compose renders it, too. */
export const composeOf = (yaml: string) => composeSchema.parse(parse(yaml, { merge: true }));

/** Ours. */
export const compose = () => composeOf(readFileSync('docker-compose.yml', 'utf8'));
