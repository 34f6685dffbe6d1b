import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { z } from 'zod';

type OnTestFinished = TestContext['onTestFinished'];

/** A folder for PATH with a `systemctl` that knows one unit, gone with the test. @param properties undefined for a system without systemd */
export async function aSystemctl(onTestFinished: OnTestFinished, properties: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-systemctl-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  const script = ['#!/bin/sh', '[ "$1 $2" = "show drawbridge.service" ] || exit 1', "cat <<'END'", ...lines, 'END', ''];
  await writeFile(join(folder, 'systemctl'), script.join('\n'), { mode: 0o755 });
  return folder;
}

/** As a unit ought to be. */
export const goodUnit = {
  LoadState: 'loaded',
  TimeoutStopUSec: '30min',
  KillMode: 'mixed',
  KillSignal: '15',
  Restart: 'on-failure',
};

const reportSchema = z.strictObject({
  verdict: z.enum(['ok', 'warn', 'fail']),
  lines: z.array(
    z.strictObject({
      area: z.string(),
      check: z.string(),
      verdict: z.enum(['ok', 'warn', 'fail']),
      why: z.string(),
      mend: z.string().nullable(),
    }),
  ),
});
export type DoctorReport = z.infer<typeof reportSchema>;

export interface Doctored {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built `drawbridge doctor`, as a user does. */
export function doctor(args: readonly string[], env: Record<string, string | undefined>): Promise<Doctored> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['dist/cli/main.js', 'doctor', ...args],
      { env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: 'true', ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** The same, read as a program does. */
export async function doctorReport(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<DoctorReport & { readonly code: number }> {
  const { code, stdout, stderr } = await doctor([...args, '--json'], env);
  if (stderr !== '') throw new Error(`doctor said on stderr, expected nothing: ${stderr}`);
  return { code, ...reportSchema.parse(JSON.parse(stdout)) };
}

/** `fail protocol`, of all lines that are not ok. */
export const troublesIn = ({ lines }: DoctorReport): string[] =>
  lines.filter(({ verdict }) => verdict !== 'ok').map(({ verdict, check }) => `${verdict} ${check}`);
